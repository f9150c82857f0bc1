package xfm.language.tool;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.program.DumpKind;
import xfm.compiler.program.Model;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;

/** {@code dump(what, target)}: a stage of a model as text: ast, graph, plan or flat. */
final class DumpTool extends Builtin {
  DumpTool() {
    super(
        Signature.of(
            "dump",
            Parameter.required("what", Kind.TEXT),
            Parameter.required("target", Kind.TEXT)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    DumpKind kind =
        Arrays.stream(DumpKind.values())
            .filter(k -> k.name().toLowerCase(Locale.ROOT).equals(arguments.text(0)))
            .findFirst()
            .orElseThrow(() ->
                Diagnostic.of(Code.CALL, "`" + arguments.text(0) + "` is no stage of a model")
                    .help("ast, graph, plan or flat")
                    .raise());
    try (Model model = Target.of(context, arguments.text(1)).open(Map.of())) {
      return model.dump(kind);
    }
  }
}
