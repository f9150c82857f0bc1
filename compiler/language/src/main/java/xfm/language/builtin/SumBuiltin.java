package xfm.language.builtin;

import xfm.compiler.diag.Code;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.Sequence;
import xfm.language.value.Values;

/** {@code sum(list)}: of its numbers, from the first to the last; of ints an int. */
final class SumBuiltin extends Builtin {
  SumBuiltin() {
    super(Signature.of("sum", Parameter.required("list", Kind.LIST)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    Sequence list = arguments.list(0);
    long ints = 0;
    double floats = 0;
    boolean whole = true;
    for (long i = 0; i < list.size(); i++) {
      switch (list.get(i)) {
        case Long n when whole -> ints = add(ints, n, arguments);
        case Long n -> floats += n;
        case Double d -> {
          floats = whole ? ints + d : floats + d;
          whole = false;
        }
        case Object other ->
            throw arguments
                .problem(0, Code.TYPE, "`sum` adds numbers, and here is " + Values.describe(other))
                .raise();
      }
    }
    return whole ? (Object) ints : (Object) floats;
  }

  private static long add(long sum, long number, Arguments arguments) {
    try {
      return Math.addExact(sum, number);
    } catch (ArithmeticException _) {
      throw arguments.problem(0, Code.NUMBER, "this sum does not fit 64 bits").raise();
    }
  }
}
