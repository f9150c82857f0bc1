package xfm.language.builtin;

import java.util.Optional;
import xfm.compiler.diag.Code;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.Sequence;
import xfm.language.value.TensorValue;
import xfm.language.value.Values;

/** {@code min(a, b, …)}, {@code max(list)}: the first of the least or greatest. */
final class ExtremeBuiltin extends Builtin {
  private final boolean least;

  /** {@code min}, or else {@code max}. */
  ExtremeBuiltin(boolean least) {
    super(Signature.withRest(least ? "min" : "max", Parameter.optional("number", Kind.ANY)));
    this.least = least;
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    Sequence numbers = (Sequence) arguments.get(0);
    if (numbers.size() == 1) {
      Optional<Sequence> list = Values.sequence(numbers.get(0));
      numbers =
          list.isPresent() && list.get() instanceof TensorValue t ? t.flat() : list.orElse(numbers);
    }
    if (numbers.size() == 0) {
      throw arguments
          .problem(Code.NUMBER, "`" + signature().name() + "` of nothing has no value")
          .raise();
    }
    Object best = number(numbers.get(0), arguments);
    for (long i = 1; i < numbers.size(); i++) {
      Object next = number(numbers.get(i), arguments);
      int order = compare(next, best);
      if (least ? order < 0 : order > 0) {
        best = next;
      }
    }
    return best;
  }

  private Object number(Object value, Arguments arguments) {
    if (value instanceof Long || value instanceof Double) {
      return value;
    }
    throw arguments
        .problem(
            Code.TYPE,
            "`" + signature().name() + "` compares numbers, and here is " + Values.describe(value))
        .raise();
  }

  /** The order of two numbers. */
  static int compare(Object left, Object right) {
    return left instanceof Long a && right instanceof Long b
        ? Long.compare(a, b)
        : Double.compare(((Number) left).doubleValue(), ((Number) right).doubleValue());
  }
}
