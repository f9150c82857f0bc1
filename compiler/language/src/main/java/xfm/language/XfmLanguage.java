package xfm.language;

import com.oracle.truffle.api.CallTarget;
import com.oracle.truffle.api.TruffleLanguage;
import com.oracle.truffle.api.instrumentation.ProvidedTags;
import com.oracle.truffle.api.instrumentation.StandardTags;
import com.oracle.truffle.api.source.Source;
import org.graalvm.options.OptionDescriptors;
import org.graalvm.polyglot.SandboxPolicy;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.syntax.Parser;
import xfm.language.error.XfmError.Phase;

/**
 * xfm for the polyglot API. A text is a program: its declarations are checked and become known,
 * then its statements run from top to bottom; the value of the last one is the value of the text.
 */
@TruffleLanguage.Registration(
    id = XfmLanguage.ID,
    name = "xfm",
    defaultMimeType = XfmLanguage.MIME_TYPE,
    characterMimeTypes = XfmLanguage.MIME_TYPE,
    fileTypeDetectors = XfmFileDetector.class,
    sandbox = SandboxPolicy.CONSTRAINED)
@ProvidedTags({
  StandardTags.StatementTag.class,
  StandardTags.ExpressionTag.class,
  StandardTags.CallTag.class,
  StandardTags.RootTag.class,
  StandardTags.RootBodyTag.class
})
public final class XfmLanguage extends TruffleLanguage<XfmContext> {
  public static final String ID = "xfm";
  public static final String MIME_TYPE = "application/x-xfm";

  @Override
  protected XfmContext createContext(Env env) {
    return new XfmContext(this, env);
  }

  @Override
  protected void finalizeContext(XfmContext context) {
    context.close();
  }

  @Override
  protected OptionDescriptors getOptionDescriptors() {
    return new XfmOptionsOptionDescriptors();
  }

  @Override
  protected CallTarget parse(ParsingRequest request) {
    XfmContext context = XfmContext.get(null);
    Source source = request.getSource();
    try {
      if (!request.getArgumentNames().isEmpty()) {
        throw Diagnostic.of(Code.UNSUPPORTED, "a text of xfm takes no arguments").raise();
      }
      return context.scripts().read(source);
    } catch (XfmException e) {
      boolean unfinished = Parser.incomplete(source.getCharacters().toString());
      Phase phase = unfinished ? Phase.INCOMPLETE : Phase.PARSE;
      throw context.problems().error(e.diagnostics(), phase, null);
    }
  }

  @Override
  protected Object getScope(XfmContext context) {
    return context.scope();
  }

  @Override
  protected boolean isThreadAccessAllowed(Thread thread, boolean singleThreaded) {
    return singleThreaded;
  }
}
