package xfm.language.builtin;

import xfm.compiler.diag.Code;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.Numbers;

/** {@code floor(x)} and {@code round(x)}: an int; halves go to the even neighbour. */
final class RoundBuiltin extends Builtin {
  /** Where to. */
  enum Direction {
    FLOOR,
    ROUND
  }

  private final Direction direction;

  RoundBuiltin(Direction direction) {
    super(
        Signature.of(
            direction == Direction.FLOOR ? "floor" : "round",
            Parameter.required("number", Kind.NUMBER)));
    this.direction = direction;
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    if (arguments.get(0) instanceof Long number) {
      return number;
    }
    double number = (double) arguments.get(0);
    double whole = direction == Direction.FLOOR ? Math.floor(number) : Math.rint(number);
    if (!(Math.abs(whole) < 0x1p63)) {
      throw arguments
          .problem(0, Code.NUMBER, Numbers.text(number) + " does not fit an int of 64 bits")
          .raise();
    }
    return (long) whole;
  }
}
