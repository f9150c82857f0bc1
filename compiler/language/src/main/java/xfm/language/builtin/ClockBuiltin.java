package xfm.language.builtin;

import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Signature;

/** {@code clock()}: seconds since some moment of this process; differences of two are times. */
final class ClockBuiltin extends Builtin {
  ClockBuiltin() {
    super(Signature.of("clock"));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    return System.nanoTime() / 1e9;
  }
}
