package xfm.compiler.syntax;

import java.util.List;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.Token;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.source.Span;

/** Says in a reader's words why a token cannot stand where it does. */
final class Explain {
  private final Span whole;

  Explain(Span whole, List<CommonToken> tokens, Parser parser) {
    this.whole = whole;
  }

  Diagnostic error(Token token) {
    return Diagnostic.of(Code.SYNTAX, "`" + token.getText() + "` cannot stand here")
        .at(Tokens.span(whole, token));
  }
}
