package xfm.language.tool;

import xfm.compiler.program.TensorNames;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;

/** {@code names(folder, xfm)}: the tensors of a model's folder and what reads them, as text. */
final class NamesTool extends Builtin {
  NamesTool() {
    super(
        Signature.of(
            "names",
            Parameter.required("folder", Kind.TEXT),
            Parameter.required("xfm", Kind.TEXT)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    return TensorNames.of(
        context.files().path(arguments.text(0), null), Models.file(context, arguments.text(1)));
  }
}
