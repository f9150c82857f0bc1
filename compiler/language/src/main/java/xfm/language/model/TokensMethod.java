package xfm.language.model;

import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.XfmList;

/** {@code m.tokens("text")}: the numbers that the model reads for a text. */
final class TokensMethod extends Builtin {
  TokensMethod() {
    super(Signature.of("tokens", Parameter.required("text", Kind.TEXT)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    ModelValue model = (ModelValue) arguments.receiver();
    return XfmList.ofInts(ModelInputs.tokens(model.model(), arguments.text(0)));
  }
}
