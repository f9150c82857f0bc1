package xfm.language.tool;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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

/**
 * {@code dump(what, target, xfm, ["d=12288"], {n: 512})}: a stage of a model as text: ast, graph,
 * plan or flat; a plan with numbers for such lengths.
 */
final class DumpTool extends Builtin {
  DumpTool() {
    super(
        Signature.of(
            "dump",
            Parameter.required("what", Kind.TEXT),
            Parameter.required("target", Kind.TEXT),
            Parameter.required("xfm", Kind.TEXT),
            Parameter.required("settings", Kind.LIST),
            Parameter.required("lengths", Kind.ANY)));
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
    Map<String, Object> settings = Sizes.settings(arguments.list(3));
    Map<String, Long> lengths = Sizes.lengths(arguments.get(4));
    if (!lengths.isEmpty() && kind != DumpKind.PLAN) {
      throw Diagnostic.of(Code.CALL, "lengths are for the numbers of a plan").raise();
    }
    Optional<Path> xfm = Models.file(context, arguments.text(2));
    try (Model model = Target.of(context, arguments.text(1)).open(settings, xfm)) {
      return kind == DumpKind.PLAN
          ? model.plan(lengths) + Sizes.note(lengths, Sizes.open(model, lengths))
          : model.dump(kind);
    }
  }
}
