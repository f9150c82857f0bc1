package xfm.language.builtin;

import xfm.compiler.diag.Code;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.Elementwise;
import xfm.language.value.TensorValue;

/** {@code abs(x)}: without its sign; an int stays an int; of a tensor, of each element. */
final class AbsBuiltin extends Builtin {
  AbsBuiltin() {
    super(Signature.of("abs", Parameter.required("number", Kind.NUMBERS)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    if (arguments.get(0) instanceof Long number) {
      if (number == Long.MIN_VALUE) {
        throw arguments.problem(0, Code.NUMBER, "this int does not fit 64 bits").raise();
      }
      return Math.abs(number);
    }
    if (arguments.get(0) instanceof TensorValue tensor) {
      return Elementwise.map(tensor, Math::abs);
    }
    return Math.abs((double) arguments.get(0));
  }
}
