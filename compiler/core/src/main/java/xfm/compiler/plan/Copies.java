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

  /** Four bytes, whatever they mean. */
  private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED;

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
    long[] declared = rowMajor(shape);
    long[] sorted = layout.order().stream().mapToLong(axis -> shape[axis]).toArray();
    long[] strides = layout.order().stream().mapToLong(axis -> declared[axis]).toArray();
    if (alike) {
      copy(tensor.data(), strides, sorted, to, bytes(kind));
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
      copy(from, layout.strides(shape), shape, data, bytes(kind));
    }
    return new Tensor(type(kind), shape, data);
  }

  /** Copies into row-major order. */
  private static void copy(
      MemorySegment from, long[] strides, long[] shape, MemorySegment to, long bytes) {
    int near = shape.length - 1;
    for (int axis = 0; axis < shape.length; axis++) {
      boolean longer = strides[near] != 1 || shape[axis] > shape[near];
      near = strides[axis] == 1 && longer ? axis : near;
    }
    new Move(from, strides, to, rowMajor(shape), shape, near, bytes).walk(0, 0, 0);
  }

  private static long[] rowMajor(long[] shape) {
    return new Layout(IntStream.range(0, shape.length).boxed().toList()).strides(shape);
  }

  /**
   * Elements to other places.
   *
   * @param near the axis whose elements are neighbours where they come from
   */
  private record Move(
      MemorySegment from,
      long[] strides,
      MemorySegment to,
      long[] places,
      long[] shape,
      int near,
      long bytes) {
    /**
     * So many of two axes at a time: each line of the cache is read and written while it is there.
     * Element by element through all of a row, 512 × 768 took 2 ms.
     */
    private static final int BLOCK = 16;

    /** Moves the axes from {@code axis} on, the last one and the near one together. */
    void walk(int axis, long at, long place) {
      int last = shape.length - 1;
      if (axis == last && near == last) {
        MemorySegment.copy(from, at * bytes, to, place * bytes, shape[last] * bytes);
      } else if (axis == last) {
        turn(at, place);
      } else if (axis == near) {
        walk(axis + 1, at, place);
      } else {
        for (long i = 0; i < shape[axis]; i++) {
          walk(axis + 1, at + i * strides[axis], place + i * places[axis]);
        }
      }
    }

    private void turn(long at, long place) {
      long rows = shape[near];
      long columns = shape[shape.length - 1];
      for (long r = 0; r < rows; r += BLOCK) {
        for (long c = 0; c < columns; c += BLOCK) {
          int height = (int) Math.min(BLOCK, rows - r);
          int width = (int) Math.min(BLOCK, columns - c);
          block(
              at + r + c * strides[shape.length - 1], place + r * places[near] + c, height, width);
        }
      }
    }

    private void block(long at, long place, int rows, int columns) {
      long step = strides[shape.length - 1];
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
          long one = at + r + c * step;
          long other = place + r * places[near] + c;
          if (bytes == 1) {
            to.set(BYTE, other, from.get(BYTE, one));
          } else {
            to.set(WORD, other * 4, from.get(WORD, one * 4));
          }
        }
      }
    }
  }
}
