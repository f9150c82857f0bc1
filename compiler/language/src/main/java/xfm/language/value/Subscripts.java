package xfm.language.value;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.source.Span;
import xfm.runtime.tensor.DType;
import xfm.runtime.tensor.Shapes;
import xfm.runtime.tensor.Tensor;

/** {@code value[i, :, j]} of lists, texts and tensors; positions count from 0. */
public final class Subscripts {
  private Subscripts() {}

  /** A position that is no number. */
  public enum Part {
    /** {@code :}, the whole axis. */
    WHOLE,
    /** {@code ...}, all axes that no other position stands for. */
    REST
  }

  /**
   * The element, or for a tensor with {@code :} the part.
   *
   * @param places of the positions, for errors
   * @throws xfm.compiler.diag.XfmException if a position is no int or out of range, or the value
   *     has no positions
   */
  @TruffleBoundary
  public static Object read(Object value, Object[] at, Span base, List<Span> places) {
    if (value instanceof TensorValue tensor) {
      return tensor(tensor, at, places);
    }
    Object found = value;
    for (int i = 0; i < at.length; i++) {
      found = element(found, at[i], base, places.get(i));
    }
    return found;
  }

  private static Object element(Object value, Object at, Span base, Span place) {
    if (value instanceof TensorValue tensor) {
      return tensor(tensor, new Object[] {at}, List.of(place));
    }
    if (value instanceof String text) {
      int[] points = text.codePoints().toArray();
      int index = (int) position(at, points.length, "text", "characters", place);
      return Character.toString(points[index]);
    }
    Optional<Sequence> list = Values.sequence(value);
    if (list.isEmpty()) {
      throw Diagnostic.of(Code.TYPE, Values.describe(value) + " has no elements")
          .at(base, "this is " + Values.describe(value))
          .raise();
    }
    return list.get().get(position(at, list.get().size(), "list", "elements", place));
  }

  private static long position(Object at, long size, String what, String parts, Span place) {
    if (!(at instanceof Long index)) {
      String found = at instanceof Part ? "`:` and `...` are for tensors" : Values.describe(at);
      throw Diagnostic.of(Code.TYPE, "a position in a " + what + " is an int")
          .at(place, at instanceof Part ? found : "this is " + found)
          .raise();
    }
    if (index < 0 || index >= size) {
      String range = size == 0 ? "the " + what + " is empty" : "they are 0 to " + (size - 1);
      throw Diagnostic.of(Code.INDEX, "there is no position " + index)
          .at(place, "this is " + index)
          .note("the " + what + " has " + size + " " + parts + (size == 0 ? "" : ": " + range))
          .raise();
    }
    return index;
  }

  private static Object tensor(TensorValue whole, Object[] written, List<Span> places) {
    Tensor tensor = whole.tensor();
    long[] shape = tensor.shape();
    List<Object> at = new ArrayList<>(Arrays.asList(written));
    List<Span> spans = new ArrayList<>(places);
    int rest = at.indexOf(Part.REST);
    if (rest >= 0) {
      Span place = spans.remove(rest);
      at.remove(rest);
      for (int i = at.size(); i < shape.length; i++) {
        at.add(rest, Part.WHOLE);
        spans.add(rest, place);
      }
    }
    if (at.size() > shape.length || at.contains(Part.REST)) {
      throw Diagnostic.of(Code.INDEX, "too many positions for a tensor " + Shapes.text(shape))
          .at(places.getFirst().to(places.getLast()), "these are " + written.length)
          .raise();
    }
    long[] fixed = new long[shape.length];
    Arrays.fill(fixed, -1);
    for (int axis = 0; axis < at.size(); axis++) {
      if (at.get(axis) != Part.WHOLE) {
        fixed[axis] = position(at.get(axis), shape[axis], "axis", "elements", spans.get(axis));
      }
    }
    Optional<Axes> axes = whole.axes();
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      int gone = axis;
      axes = fixed[axis] < 0 ? axes : axes.map(a -> a.without(gone));
    }
    return TensorValue.of(slice(tensor, shape, fixed), axes);
  }

  /** A copy of the elements whose position on each axis is the fixed one, where that is not -1. */
  private static Tensor slice(Tensor tensor, long[] shape, long[] fixed) {
    long[] kept =
        java.util.stream.IntStream.range(0, shape.length)
            .filter(axis -> fixed[axis] < 0)
            .mapToLong(axis -> shape[axis])
            .toArray();
    DType type = tensor.dtype();
    MemorySegment part = java.lang.foreign.Arena.ofAuto().allocate(Shapes.bytes(type, kept), 64);
    long[] index = fixed.clone();
    for (int axis = 0; axis < shape.length; axis++) {
      index[axis] = Math.max(0, fixed[axis]);
    }
    for (long to = 0; to < Shapes.elements(kept); to++) {
      long from = Shapes.position(shape, index) * type.bytes();
      MemorySegment.copy(tensor.data(), from, part, to * type.bytes(), type.bytes());
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        if (fixed[axis] < 0 && ++index[axis] < shape[axis]) {
          break;
        }
        index[axis] = Math.max(0, fixed[axis]);
      }
    }
    return new Tensor(type, kept, part);
  }
}
