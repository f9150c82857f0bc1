package xfm.language.node;

import com.oracle.truffle.api.CompilerDirectives;
import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.frame.FrameDescriptor;
import com.oracle.truffle.api.frame.VirtualFrame;
import com.oracle.truffle.api.nodes.RootNode;
import com.oracle.truffle.api.source.Source;
import com.oracle.truffle.api.source.SourceSection;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.source.Span;
import xfm.language.XfmContext;
import xfm.language.XfmLanguage;
import xfm.language.error.XfmError;

/** The entry of a script, a function or a lambda. */
public final class XfmRootNode extends RootNode {
  private final String name;
  private final Source source;
  private final Span span;
  @Child private XfmNode body;

  /** An entry; {@code source} is the text that the nodes' spans are in. */
  public XfmRootNode(
      XfmLanguage language, FrameDescriptor frame, String name, Source source, XfmNode body) {
    super(language, frame);
    this.name = name;
    this.source = source;
    this.span = body.span();
    this.body = body;
  }

  @Override
  public Object execute(VirtualFrame frame) {
    try {
      return body.execute(frame);
    } catch (StackOverflowError _) {
      CompilerDirectives.transferToInterpreter();
      // If there is no room left for this either, the next root on the way out does it.
      throw tooDeep();
    }
  }

  @TruffleBoundary
  private XfmError tooDeep() {
    Diagnostic problem =
        Diagnostic.of(Code.LIMIT, "functions call each other too deeply")
            .at(span, "in `" + name + "`")
            .help("a recursion needs a case in which it stops; a loop has no such limit");
    return XfmContext.get(this).problems().error(problem, XfmError.Phase.RUN, this);
  }

  @Override
  public String getName() {
    return name;
  }

  @Override
  @TruffleBoundary
  public SourceSection getSourceSection() {
    return section(span);
  }

  SourceSection section(Span part) {
    return source.createSection(part.start(), part.end() - part.start());
  }
}
