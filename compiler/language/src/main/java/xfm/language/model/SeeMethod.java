package xfm.language.model;

import java.util.Set;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;

/** {@code m.see("layer[3].attention.pattern", "text")}: what an equation gave on the way. */
final class SeeMethod extends Builtin {
  SeeMethod() {
    super(
        Signature.of(
            "see", Parameter.required("path", Kind.TEXT), Parameter.required("input", Kind.ANY)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    ModelValue model = (ModelValue) arguments.receiver();
    String path = arguments.text(0);
    arguments.at(0, () -> model.model().find(path));
    return model.results(
        context,
        arguments,
        1,
        Set.of(path),
        (seen, inputs) -> model.seen(model.model().find(path), seen.get(path), inputs));
  }
}
