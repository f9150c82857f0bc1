package xfm.language.builtin;

import xfm.compiler.diag.Code;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;

/** {@code clamp(x, low, high)}: x, or the bound that it is beyond. */
final class ClampBuiltin extends Builtin {
  ClampBuiltin() {
    super(
        Signature.of(
            "clamp",
            Parameter.required("number", Kind.NUMBER),
            Parameter.required("low", Kind.NUMBER),
            Parameter.required("high", Kind.NUMBER)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    Object number = arguments.get(0);
    Object low = arguments.get(1);
    Object high = arguments.get(2);
    if (ExtremeBuiltin.compare(low, high) > 0) {
      throw arguments.problem(Code.NUMBER, "the lower bound is above the upper one").raise();
    }
    if (ExtremeBuiltin.compare(number, low) < 0) {
      return low;
    }
    return ExtremeBuiltin.compare(number, high) > 0 ? high : number;
  }
}
