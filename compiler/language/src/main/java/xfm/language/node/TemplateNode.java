package xfm.language.node;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.frame.VirtualFrame;
import com.oracle.truffle.api.nodes.ExplodeLoop;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.source.Span;
import xfm.language.value.Display;
import xfm.language.value.Format;
import xfm.language.value.Values;

/** {@code "loss {loss:.4}"}. */
public final class TemplateNode extends XfmNode {
  private final Format[] formats;
  @Children private final XfmNode[] pieces;

  /** Pieces in order; a format is {@link Format#PLAIN} where none was written. */
  public TemplateNode(Span span, XfmNode[] pieces, Format[] formats) {
    super(span);
    this.pieces = pieces;
    this.formats = formats;
  }

  @Override
  @ExplodeLoop
  public Object execute(VirtualFrame frame) {
    Object[] values = new Object[pieces.length];
    for (int i = 0; i < pieces.length; i++) {
      values[i] = pieces[i].execute(frame);
    }
    return join(values);
  }

  @TruffleBoundary
  private String join(Object[] values) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < values.length; i++) {
      if (formats[i].needsNumber() && !(values[i] instanceof Long || values[i] instanceof Double)) {
        throw error(
            Diagnostic.of(Code.TYPE, "the format `" + formats[i].written() + "` is for numbers")
                .at(pieces[i].span(), "this is " + Values.describe(values[i])));
      }
      text.append(
          formats[i] == Format.PLAIN ? Display.whole(values[i]) : formats[i].apply(values[i]));
    }
    return text.toString();
  }
}
