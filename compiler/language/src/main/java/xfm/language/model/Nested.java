package xfm.language.model;

import com.oracle.truffle.api.TruffleSafepoint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.language.value.Sequence;
import xfm.language.value.TensorValue;
import xfm.language.value.Values;
import xfm.runtime.tensor.DType;
import xfm.runtime.tensor.Shapes;
import xfm.runtime.tensor.Tensor;

/** Lists of lists of numbers as tensors. All lists of one depth must be equally long. */
public final class Nested {
  private static final int MAX_RANK = 8;

  private final String name;
  private final long[] shape;
  private final double[] numbers;
  private int filled;
  private boolean floats;
  private boolean ints;

  private Nested(Object value, String name) {
    this.name = name;
    this.shape = shape(value);
    long elements;
    try {
      elements = Shapes.elements(shape);
    } catch (ArithmeticException _) {
      elements = Long.MAX_VALUE;
    }
    if (elements > Integer.MAX_VALUE - 8) {
      throw problem(Code.INPUT, name + " has too many elements: " + Shapes.text(shape));
    }
    this.numbers = new double[(int) elements];
    fill(value, 0);
  }

  /** A float32 tensor; a number alone has rank 0. */
  public static Tensor floats(Object value, String name) {
    if (value instanceof TensorValue tensor && tensor.tensor().dtype().floating()) {
      Tensor given = tensor.tensor();
      return given.dtype() == DType.F32 ? given : Tensor.ofFloats(given.toFloats(), given.shape());
    }
    return new Nested(value, name).toFloats();
  }

  private Tensor toFloats() {
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return Tensor.ofFloats(floats, shape);
  }

  /** An int32 tensor; floats that are not whole are refused, and ints that 32 bits do not hold. */
  public static Tensor ints(Object value, String name) {
    if (value instanceof TensorValue tensor && tensor.tensor().dtype() == DType.I32) {
      return tensor.tensor();
    }
    Nested nested = new Nested(value, name);
    return Tensor.ofInts(nested.toInts(name), nested.shape);
  }

  private int[] toInts(String name) {
    int[] ints = new int[numbers.length];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = (int) numbers[i];
      if (ints[i] != numbers[i]) {
        throw problem(Code.INPUT, name + " holds " + numbers[i] + ", which is no 32-bit int");
      }
    }
    return ints;
  }

  /** A tensor of what the lists hold: bools, ints, or where there is a float floats. */
  public static Tensor tensor(Object value, String name) {
    if (value instanceof TensorValue tensor) {
      return tensor.tensor();
    }
    Nested nested = new Nested(value, name);
    if (nested.floats || nested.numbers.length == 0) {
      return nested.toFloats();
    }
    int[] ints = nested.toInts(name);
    return nested.ints ? Tensor.ofInts(ints, nested.shape) : bools(ints, nested.shape);
  }

  private static Tensor bools(int[] ints, long[] shape) {
    MemorySegment data = Arena.ofAuto().allocate(ints.length, 64);
    for (int i = 0; i < ints.length; i++) {
      data.set(ValueLayout.JAVA_BYTE, i, (byte) ints[i]);
    }
    return new Tensor(DType.BOOL, shape, data);
  }

  /** As long as the first lists of each depth are. */
  private long[] shape(Object value) {
    List<Long> sizes = new ArrayList<>();
    Object at = value;
    while (true) {
      Optional<Sequence> list = Values.sequence(at);
      if (list.isEmpty()) {
        break;
      }
      sizes.add(list.get().size());
      if (sizes.size() > MAX_RANK) {
        throw problem(Code.TYPE, name + " is nested deeper than " + MAX_RANK + " lists");
      }
      if (list.get().size() == 0) {
        break;
      }
      at = list.get().get(0);
    }
    return sizes.stream().mapToLong(Long::longValue).toArray();
  }

  private void fill(Object value, int depth) {
    if (depth == shape.length) {
      numbers[filled++] = number(value);
      return;
    }
    TruffleSafepoint.poll(null); // a large array takes long enough to be cancelled in
    Sequence list =
        Values.sequence(value)
            .orElseThrow(
                () -> problem(Code.TYPE, name + " mixes lists with " + Values.describe(value)));
    if (list.size() != shape[depth]) {
      throw problem(
          Code.SHAPE,
          name + " is jagged: a list of " + list.size() + " where the first has " + shape[depth]);
    }
    for (long i = 0; i < list.size(); i++) {
      fill(list.get(i), depth + 1);
    }
  }

  private double number(Object value) {
    floats |= value instanceof Double;
    ints |= value instanceof Long;
    return switch (value) {
      case Double d -> d;
      case Long n -> n;
      case Boolean truth -> truth ? 1 : 0;
      default ->
          throw problem(
              Code.TYPE, name + " must hold numbers, and holds " + Values.describe(value));
    };
  }

  private static XfmException problem(Code code, String message) {
    return Diagnostic.of(code, message).raise();
  }
}
