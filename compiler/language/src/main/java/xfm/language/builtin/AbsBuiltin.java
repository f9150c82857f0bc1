package xfm.language.builtin;

import xfm.compiler.diag.Code;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;

/** {@code abs(x)}: without its sign; an int stays an int. */
final class AbsBuiltin extends Builtin {
  AbsBuiltin() {
    super(Signature.of("abs", Parameter.required("number", Kind.NUMBER)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    if (arguments.get(0) instanceof Long number) {
      if (number == Long.MIN_VALUE) {
        throw arguments.problem(0, Code.NUMBER, "this int does not fit 64 bits").raise();
      }
      return Math.abs(number);
    }
    return Math.abs((double) arguments.get(0));
  }
}
