package xfm.language.model;

import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;

/** {@code m.text([1, 2, 3])}: the text of tokens. */
final class TextMethod extends Builtin {
  TextMethod() {
    super(Signature.of("text", Parameter.required("tokens", Kind.ANY)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    ModelValue model = (ModelValue) arguments.receiver();
    return ModelInputs.tokenizer(model.model())
        .decode(ModelInputs.tokens(model.model(), arguments.get(0)));
  }
}
