package xfm.compiler.plan;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.stream.IntStream;
import xfm.compiler.ir.Term;
import xfm.runtime.tensor.DType;
import xfm.runtime.tensor.Tensor;

/** Tensors into buffers, widened to what kernels read, and buffers into tensors. */
final class Copies {
  static final long ALIGNMENT = 64;

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  private Copies() {}

  static long bytes(Term.Kind kind) {
    return kind == Term.Kind.BOOL ? 1 : 4;
  }

  /** Whether kernels can read the tensor's own memory. */
  static boolean isReady(Tensor tensor, Term.Kind kind) {
    return isAlike(tensor, kind)
        && tensor.data().isNative()
        && tensor.data().address() % tensor.dtype().bytes() == 0;
  }

  /** Whether its elements are what kernels read, wherever they lie. */
  private static boolean isAlike(Tensor tensor, Term.Kind kind) {
    return tensor.dtype() == type(kind)
        && tensor.dtype() != DType.BOOL
        && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  }

  static DType type(Term.Kind kind) {
    return switch (kind) {
      case FLOAT -> DType.F32;
      case INT -> DType.I32;
      case BOOL -> DType.BOOL;
    };
  }

  /**
   * All elements, each moved once, into a value that lies in memory as {@code layout} says: floats
   * of any type as float32, whole numbers as int32, truths as 0 and 1.
   *
   * @throws ArithmeticException if a whole number does not fit
   */
  static void in(Tensor tensor, Term.Kind kind, Layout layout, MemorySegment to) {
    if (tensor.elements() == 0) {
      return;
    }
    boolean alike = isAlike(tensor, kind);
    if (alike && layout.isDeclared()) {
      MemorySegment.copy(tensor.data(), 0, to, 0, tensor.data().byteSize());
      return;
    }
    long[] shape = tensor.shape();
    long[] declared = new Layout(IntStream.range(0, shape.length).boxed().toList()).strides(shape);
    long[] sorted = layout.order().stream().mapToLong(axis -> shape[axis]).toArray();
    long[] strides = layout.order().stream().mapToLong(axis -> declared[axis]).toArray();
    if (alike) {
      copy(tensor.data(), 0, strides, sorted, 0, to, 0, bytes(kind));
    } else {
      convert(tensor, 0, strides, sorted, 0, kind, to, 0);
    }
  }

  /** Converts the axes from {@code axis} on; returns the place behind what was written. */
  private static long convert(
      Tensor from,
      long at,
      long[] strides,
      long[] shape,
      int axis,
      Term.Kind kind,
      MemorySegment to,
      long place) {
    if (axis == shape.length) {
      switch (kind) {
        case FLOAT -> to.setAtIndex(FLOAT, place, from.floatAt(at));
        case INT -> to.setAtIndex(INT, place, Math.toIntExact(from.integerAt(at)));
        case BOOL -> to.set(BYTE, place, (byte) (from.integerAt(at) == 0 ? 0 : 1));
      }
      return place + 1;
    }
    long next = place;
    for (long i = 0; i < shape[axis]; i++) {
      next = convert(from, at + i * strides[axis], strides, shape, axis + 1, kind, to, next);
    }
    return next;
  }

  /** A tensor in the order of its axes, of a value that lies in memory as {@code layout} says. */
  static Tensor out(Arena arena, MemorySegment from, Layout layout, long[] shape, Term.Kind kind) {
    long elements = 1;
    for (long size : shape) {
      elements *= size;
    }
    long bytes = elements * bytes(kind);
    MemorySegment data = arena.allocate(bytes, ALIGNMENT);
    if (layout.isDeclared()) {
      MemorySegment.copy(from, 0, data, 0, bytes);
    } else if (elements > 0) {
      copy(from, 0, layout.strides(shape), shape, 0, data, 0, bytes(kind));
    }
    return new Tensor(type(kind), shape, data);
  }

  /** Copies the axes from {@code axis} on; returns the place behind what was written. */
  private static long copy(
      MemorySegment from,
      long at,
      long[] strides,
      long[] shape,
      int axis,
      MemorySegment to,
      long place,
      long bytes) {
    boolean dense = axis == shape.length - 1 && strides[axis] == 1;
    if (axis == shape.length || dense) {
      long run = axis == shape.length ? 1 : shape[axis];
      MemorySegment.copy(from, at * bytes, to, place * bytes, run * bytes);
      return place + run;
    }
    long next = place;
    for (long i = 0; i < shape[axis]; i++) {
      next = copy(from, at + i * strides[axis], strides, shape, axis + 1, to, next, bytes);
    }
    return next;
  }
}
