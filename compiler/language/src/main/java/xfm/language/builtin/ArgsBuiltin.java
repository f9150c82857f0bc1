package xfm.language.builtin;

import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Signature;
import xfm.language.value.XfmList;

/** {@code args()}: what was written after the script on the command line, as texts. */
final class ArgsBuiltin extends Builtin {
  ArgsBuiltin() {
    super(Signature.of("args"));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    return new XfmList((Object[]) context.arguments());
  }
}
