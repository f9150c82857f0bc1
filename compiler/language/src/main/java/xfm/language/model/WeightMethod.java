package xfm.language.model;

import xfm.compiler.program.Model;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.TensorValue;

/** {@code m.weight("layer[0].attention.query")}, or a part of one: {@code …query[:, 3]}. */
final class WeightMethod extends Builtin {
  WeightMethod() {
    super(Signature.of("weight", Parameter.required("path", Kind.TEXT)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    Model model = ((ModelValue) arguments.receiver()).model();
    return TensorValue.of(
        arguments.at(0, () -> WeightPart.of(model, arguments.text(0)).read(model)));
  }
}
