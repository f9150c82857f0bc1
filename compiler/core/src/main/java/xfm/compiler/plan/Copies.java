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
    return tensor.dtype() == type(kind)
        && tensor.dtype() != DType.BOOL
        && tensor.data().isNative()
        && tensor.data().address() % tensor.dtype().bytes() == 0
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
   * All elements, row-major: floats of any type as float32, whole numbers as int32, truths as 0 and
   * 1.
   *
   * @throws ArithmeticException if a whole number does not fit
   */
  static void in(Tensor tensor, Term.Kind kind, MemorySegment to) {
    if (isReady(tensor, kind)) {
      MemorySegment.copy(tensor.data(), 0, to, 0, tensor.data().byteSize());
      return;
    }
    switch (kind) {
      case FLOAT -> {
        float[] values = tensor.toFloats();
        MemorySegment.copy(values, 0, to, FLOAT, 0, values.length);
      }
      case INT -> {
        int[] values = tensor.toInts();
        MemorySegment.copy(values, 0, to, INT, 0, values.length);
      }
      case BOOL -> {
        int[] values = tensor.toInts();
        for (int i = 0; i < values.length; i++) {
          to.set(BYTE, i, (byte) (values[i] == 0 ? 0 : 1));
        }
      }
    }
  }

  /** The same into a value that lies in memory as {@code layout} says. */
  static void in(Tensor tensor, Term.Kind kind, Layout layout, MemorySegment to) {
    if (layout.isDeclared() || tensor.elements() == 0) {
      in(tensor, kind, to);
      return;
    }
    try (Arena meanwhile = Arena.ofShared()) {
      MemorySegment dense = meanwhile.allocate(tensor.elements() * bytes(kind), ALIGNMENT);
      in(tensor, kind, dense);
      long[] shape = tensor.shape();
      long[] sorted = layout.order().stream().mapToLong(axis -> shape[axis]).toArray();
      long[] declared =
          new Layout(IntStream.range(0, shape.length).boxed().toList()).strides(shape);
      long[] strides = layout.order().stream().mapToLong(axis -> declared[axis]).toArray();
      copy(dense, 0, strides, sorted, 0, to, 0, bytes(kind));
    }
  }

  /** A tensor in the order of its axes, of a value that lies in memory as {@code layout} says. */
  static Tensor out(MemorySegment from, Layout layout, long[] shape, Term.Kind kind) {
    long elements = 1;
    for (long size : shape) {
      elements *= size;
    }
    long bytes = elements * bytes(kind);
    MemorySegment data = Arena.ofAuto().allocate(bytes, ALIGNMENT);
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
