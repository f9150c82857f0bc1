package xfm.language.builtin;

import xfm.compiler.diag.Code;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.Range;

/** {@code range(n)} is 0, 1, … n - 1; {@code range(from, to)} is from, … to - 1. */
final class RangeBuiltin extends Builtin {
  RangeBuiltin() {
    super(
        Signature.of(
            "range", Parameter.required("from", Kind.INT), Parameter.optional("to", Kind.INT)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    long first = arguments.integer(0, 0);
    long from = arguments.find(1).isPresent() ? first : 0;
    long to = arguments.integer(1, first);
    try {
      Math.subtractExact(to, from);
    } catch (ArithmeticException _) {
      throw arguments.problem(Code.NUMBER, "this range has more than 2^63 numbers").raise();
    }
    return new Range(from, to);
  }
}
