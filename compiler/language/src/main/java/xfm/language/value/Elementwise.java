package xfm.language.value;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import xfm.compiler.ast.Expr.BinaryOp;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.runtime.tensor.DType;
import xfm.runtime.tensor.Shapes;
import xfm.runtime.tensor.Tensor;

/**
 * Arithmetic of whole tensors: of two of one shape, or of a tensor and a number, element by
 * element. Nothing is stretched. The result holds float32, or float64 where one of the tensors
 * does: each element is computed in float64 and rounded once.
 */
public final class Elementwise {
  private Elementwise() {}

  /**
   * What an operator gives, or nothing where neither side is a tensor or one is neither tensor nor
   * number.
   *
   * @throws xfm.compiler.diag.XfmException if the shapes differ or a tensor holds bools
   */
  public static Optional<Object> apply(BinaryOp op, Object left, Object right) {
    boolean fits =
        left instanceof TensorValue && (right instanceof TensorValue || number(right))
            || right instanceof TensorValue && number(left);
    if (!fits) {
      return Optional.empty();
    }
    DoubleBinaryOperator each = operator(op);
    long[] shape = shape(op, left, right);
    double[] a = left instanceof TensorValue t ? numbers(t.tensor()) : null;
    double[] b = right instanceof TensorValue t ? numbers(t.tensor()) : null;
    double x = a == null ? ((Number) left).doubleValue() : 0;
    double y = b == null ? ((Number) right).doubleValue() : 0;
    double[] result = new double[a == null ? b.length : a.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = each.applyAsDouble(a == null ? x : a[i], b == null ? y : b[i]);
    }
    return Optional.of(tensor(result, shape, wide(left) || wide(right)));
  }

  /** A function of each element: as an equation has it, where nothing is an error. */
  public static Object map(TensorValue value, DoubleUnaryOperator function) {
    double[] numbers = numbers(value.tensor());
    return tensor(
        Arrays.stream(numbers).map(function).toArray(), value.tensor().shape(), wide(value));
  }

  private static boolean number(Object value) {
    return value instanceof Long || value instanceof Double;
  }

  private static boolean wide(Object value) {
    return value instanceof TensorValue t && t.tensor().dtype() == DType.F64;
  }

  private static long[] shape(BinaryOp op, Object left, Object right) {
    if (!(left instanceof TensorValue a)) {
      return ((TensorValue) right).tensor().shape();
    }
    long[] shape = a.tensor().shape();
    if (right instanceof TensorValue b && !Arrays.equals(shape, b.tensor().shape())) {
      throw Diagnostic.of(
              Code.SHAPE,
              "`"
                  + op.sign
                  + "` goes element by element: the two shapes must be the same, and are not")
          .note(
              "they are "
                  + Shapes.text(shape)
                  + " and "
                  + Shapes.text(b.tensor().shape())
                  + "; nothing is stretched")
          .help("an equation says which element goes with which: `y[i, a] = x[i, a] + bias[a]`")
          .raise();
    }
    return shape;
  }

  private static DoubleBinaryOperator operator(BinaryOp op) {
    return switch (op) {
      case ADD -> (a, b) -> a + b;
      case SUBTRACT -> (a, b) -> a - b;
      case MULTIPLY -> (a, b) -> a * b;
      case DIVIDE -> (a, b) -> a / b;
      case FLOOR_DIVIDE -> (a, b) -> Math.floor(a / b);
      case REMAINDER -> (a, b) -> a - b * Math.floor(a / b);
      case POWER -> StrictMath::pow;
      case OR, AND, EQUAL, UNEQUAL, LESS, LESS_EQUAL, GREATER, GREATER_EQUAL ->
          throw new IllegalStateException(op.sign);
    };
  }

  /** All elements in order. */
  public static double[] numbers(Tensor tensor) {
    if (tensor.dtype() == DType.BOOL) {
      throw Diagnostic.of(Code.TYPE, "bools are no numbers")
          .help("an equation makes numbers of them: `n[i] = if b[i] then 1 else 0`")
          .raise();
    }
    double[] numbers = new double[Math.toIntExact(tensor.elements())];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = ((Number) Elements.get(tensor, i)).doubleValue();
    }
    return numbers;
  }

  private static Object tensor(double[] numbers, long[] shape, boolean wide) {
    if (!wide) {
      float[] floats = new float[numbers.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) numbers[i];
      }
      return TensorValue.of(Tensor.ofFloats(floats, shape));
    }
    MemorySegment data = Arena.ofAuto().allocate(8L * numbers.length, 64);
    for (int i = 0; i < numbers.length; i++) {
      data.set(
          ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(java.nio.ByteOrder.LITTLE_ENDIAN),
          8L * i,
          numbers[i]);
    }
    return TensorValue.of(new Tensor(DType.F64, shape, data));
  }
}
