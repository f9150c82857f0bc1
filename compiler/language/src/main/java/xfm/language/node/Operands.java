package xfm.language.node;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.source.Span;
import xfm.language.value.Values;

/** The words of errors about operands. */
final class Operands {
  /** Said where a tensor meets a list. */
  static final String TENSOR =
      "`tensor(list)` makes a tensor of a list of numbers, `list(tensor)` a list";

  /** Said where a tensor is compared. */
  static final String EACH =
      "of each element it is asked in an equation: `y[i] = if x[i] > 0 then … else …`";

  private Operands() {}

  @TruffleBoundary
  static Diagnostic problem(
      String rule, XfmNode leftNode, Object left, XfmNode rightNode, Object right) {
    return Diagnostic.of(Code.TYPE, rule)
        .at(leftNode.span(), "this is " + Values.describe(left))
        .at(rightNode.span(), "this is " + Values.describe(right));
  }

  @TruffleBoundary
  static Diagnostic overflow(Span span, String work) {
    return Diagnostic.of(Code.NUMBER, "this int does not fit 64 bits")
        .at(span, work)
        .help("with a float on either side the result is a float");
  }
}
