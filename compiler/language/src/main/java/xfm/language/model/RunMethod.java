package xfm.language.model;

import java.util.Set;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;

/** {@code m.run({tokens: [1, 2]})}: all results by name. */
final class RunMethod extends Builtin {
  RunMethod() {
    super(Signature.of("run", Parameter.required("inputs", Kind.ANY)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    ModelValue model = (ModelValue) arguments.receiver();
    return model.results(context, arguments, 0, Set.of(), model::all);
  }
}
