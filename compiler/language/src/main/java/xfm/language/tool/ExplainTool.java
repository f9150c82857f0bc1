package xfm.language.tool;

import java.util.Arrays;
import java.util.List;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Explanation;
import xfm.compiler.diag.Nearest;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;

/** {@code explain(code)}: what a code means; of "" the list of all. */
final class ExplainTool extends Builtin {
  ExplainTool() {
    super(Signature.of("explain", Parameter.required("code", Kind.TEXT)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    String asked = arguments.text(0).replaceAll("^error\\[|]:?$", "");
    if (asked.isEmpty()) {
      StringBuilder list = new StringBuilder();
      for (Code code : Code.values()) {
        list.append("%-12s %s\n".formatted(code.word(), Explanation.of(code).brief()));
      }
      return list.toString();
    }
    return Arrays.stream(Code.values())
        .filter(code -> code.word().equals(asked))
        .findFirst()
        .map(code -> Explanation.of(code).text(code))
        .orElseThrow(() -> {
          List<String> words = Arrays.stream(Code.values()).map(Code::word).toList();
          return Diagnostic.of(Code.NAME, "no error has the code `" + asked + "`")
              .help(
                  Nearest.suggest(asked, words)
                      .map(near -> "did you mean `" + near + "`?")
                      .orElse("they are " + String.join(", ", words)))
              .raise();
        });
  }
}
