package xfm.language.model;

import java.util.Set;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;

/** {@code m.logits("text")}, {@code m.logits([1, 2, 3])}: the model's first result, or a list. */
final class LogitsMethod extends Builtin {
  LogitsMethod() {
    super(Signature.of("logits", Parameter.required("input", Kind.ANY)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    ModelValue model = (ModelValue) arguments.receiver();
    return model.results(context, arguments, 0, Set.of(), model::first);
  }
}
