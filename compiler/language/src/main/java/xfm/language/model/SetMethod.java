package xfm.language.model;

import xfm.compiler.program.Model;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.Nothing;

/**
 * {@code m.set("value_up", [[0, 1], [1, 0]])}: replaces a weight; {@code
 * m.set("layer[0].attention.output[3]", 0)} a part of one, by one number everywhere.
 */
final class SetMethod extends Builtin {
  SetMethod() {
    super(
        Signature.of(
            "set", Parameter.required("path", Kind.TEXT), Parameter.required("value", Kind.ANY)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    String path = arguments.text(0);
    Model model = ((ModelValue) arguments.receiver()).model();
    WeightPart part = arguments.at(0, () -> WeightPart.of(model, path));
    arguments.at(
        1,
        () -> {
          part.write(model, arguments.get(1));
          return path;
        });
    return Nothing.VALUE;
  }
}
