package xfm.language.builtin;

import com.oracle.truffle.api.TruffleSafepoint;
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
    return of(arguments.numbers(0), arguments);
  }

  static Object of(Sequence list, Arguments arguments) {
    Object sum = 0L;
    for (long i = 0; i < list.size(); i++) {
      TruffleSafepoint.poll(arguments.site().location());
      Object next = list.get(i);
      if (!(next instanceof Long || next instanceof Double)) {
        throw arguments
            .problem(0, Code.TYPE, "numbers are added, and here is " + Values.describe(next))
            .raise();
      }
      sum =
          sum instanceof Long a && next instanceof Long b
              ? (Object) add(a, b, arguments)
              : (Object) (((Number) sum).doubleValue() + ((Number) next).doubleValue());
    }
    return sum;
  }

  private static long add(long sum, long number, Arguments arguments) {
    try {
      return Math.addExact(sum, number);
    } catch (ArithmeticException _) {
      throw arguments.problem(0, Code.NUMBER, "this sum does not fit 64 bits").raise();
    }
  }
}
