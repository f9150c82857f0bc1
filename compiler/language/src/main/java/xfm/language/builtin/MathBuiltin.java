package xfm.language.builtin;

import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import xfm.compiler.diag.Code;
import xfm.compiler.ir.Erf;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.Elementwise;
import xfm.language.value.Numbers;
import xfm.language.value.TensorValue;

/**
 * {@code exp log sqrt sin cos tanh erf} of one number, the same bits on every machine, or of each
 * element of a tensor.
 */
final class MathBuiltin extends Builtin {
  /** The functions. */
  enum Function {
    EXP(StrictMath::exp),
    LOG(StrictMath::log),
    SQRT(StrictMath::sqrt),
    SIN(StrictMath::sin),
    COS(StrictMath::cos),
    TANH(StrictMath::tanh),
    ERF(Erf::of);

    private final DoubleUnaryOperator of;

    Function(DoubleUnaryOperator of) {
      this.of = of;
    }

    boolean defined(double x) {
      return switch (this) {
        case LOG -> !(x <= 0);
        case SQRT -> !(x < 0);
        case SIN, COS -> !Double.isInfinite(x);
        case EXP, TANH, ERF -> true;
      };
    }
  }

  private final Function function;

  MathBuiltin(Function function) {
    super(
        Signature.of(
            function.name().toLowerCase(Locale.ROOT), Parameter.required("number", Kind.NUMBERS)));
    this.function = function;
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    if (arguments.get(0) instanceof TensorValue tensor) {
      return Elementwise.map(tensor, function.of);
    }
    double number = ((Number) arguments.get(0)).doubleValue();
    if (!function.defined(number)) {
      throw arguments
          .problem(
              0,
              Code.NUMBER,
              "`" + signature().name() + "` has no value at " + Numbers.text(number))
          .raise();
    }
    return function.of.applyAsDouble(number);
  }
}
