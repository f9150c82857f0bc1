package xfm.language.model;

import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Signature;

/** {@code m.account()}: parameters, counted from the graph; nothing is allocated. */
final class AccountMethod extends Builtin {
  AccountMethod() {
    super(Signature.of("account"));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    return AccountValue.of(((ModelValue) arguments.receiver()).model(), context);
  }
}
