package xfm.language.model;

import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;

/** {@code m.seed(7)}: the weights that nothing gave are made anew; the model itself. */
final class SeedMethod extends Builtin {
  SeedMethod() {
    super(Signature.of("seed", Parameter.required("seed", Kind.INT)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    ModelValue model = (ModelValue) arguments.receiver();
    long seed = arguments.integer(0, 0);
    arguments.at(
        0,
        () -> {
          model.model().seed(seed);
          return seed;
        });
    return model;
  }
}
