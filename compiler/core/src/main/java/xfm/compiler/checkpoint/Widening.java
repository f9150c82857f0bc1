package xfm.compiler.checkpoint;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import xfm.runtime.io.Checkpoint;
import xfm.runtime.tensor.DType;
import xfm.runtime.tensor.Shapes;
import xfm.runtime.tensor.Tensor;

/** Brings elements of a file into the float32 tensors of weights: at most one copy of each. */
final class Widening {
  private static final int ALIGNMENT = 64;
  private static final ValueLayout.OfFloat TARGET = ValueLayout.JAVA_FLOAT.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);

  private Widening() {}

  /** Whether elements of this type can be weights: the others are packed or quantised. */
  static boolean takes(DType type) {
    return switch (type) {
      case F16, BF16, F32, F64 -> true;
      case BOOL, U8, I8, I16, U16, I32, U32, I64, U64 -> false;
    };
  }

  /**
   * The weights that a tensor of the files becomes, or a stack of them. Where it lies there as it
   * is needed, that is the memory that it is read into; otherwise its elements are written once
   * more, widened on the way.
   */
  static List<Tensor> read(Checkpoint files, List<String> names, List<Step> steps) {
    for (int k = 0; k < steps.size(); k++) {
      if (steps.get(k) instanceof Step.Stack) {
        Tensor stack = stack(files, names, steps.subList(0, k));
        List<Step> after = steps.subList(k + 1, steps.size());
        return asItLies(DType.F32, stack.shape(), after)
            .map(views -> slices(stack, views))
            .orElseGet(() -> apply(stack, after));
      }
    }
    String name = names.getFirst();
    Optional<List<View>> views = asItLies(files.dtype(name), files.shape(name), steps);
    if (views.isPresent()) {
      return slices(files.tensor(name), views.get());
    }
    try (Arena arena = Arena.ofShared()) { // not confined: see plan.Weights
      return apply(files.tensor(name, arena), steps);
    }
  }

  private static Tensor stack(Checkpoint files, List<String> names, List<Step> each) {
    long[] one = Shaping.of(files.shape(names.getFirst()), each).shape();
    long[] shape = LongStream.concat(LongStream.of(names.size()), Arrays.stream(one)).toArray();
    MemorySegment all = allocate(Shapes.elements(shape));
    long bytes = all.byteSize() / names.size();
    for (int k = 0; k < names.size(); k++) {
      MemorySegment part = all.asSlice(k * bytes, bytes);
      try (Arena arena = Arena.ofShared()) {
        Tensor tensor = files.tensor(names.get(k), arena);
        Optional<List<View>> views = views(List.of(View.of(tensor.shape())), each);
        if (views.isPresent()) {
          copy(tensor, views.get().getFirst(), part);
        } else {
          part.copyFrom(apply(tensor, each).getFirst().data());
        }
      }
    }
    return new Tensor(DType.F32, shape, all);
  }

  private static Optional<List<View>> asItLies(DType type, long[] shape, List<Step> steps) {
    return views(List.of(View.of(shape)), steps)
        .filter(views -> type == DType.F32 && views.stream().allMatch(View::contiguous));
  }

  private static List<Tensor> slices(Tensor whole, List<View> views) {
    return views.stream().map(view -> slice(whole, view)).toList();
  }

  /** The parts as strides over the tensor; nothing where strides cannot say it. */
  private static Optional<List<View>> views(List<View> from, List<Step> steps) {
    List<View> views = from;
    for (Step step : steps) {
      switch (step) {
        case Step.Transpose() -> views = views.stream().map(View::transpose).toList();
        case Step.Split(int parts, Step.Axis axis) -> {
          View whole = views.getFirst();
          views = whole.split(parts, Shaping.axis(axis, whole.shape().length));
        }
        case Step.Stack _ -> throw new IllegalStateException("of several tensors");
        case Step.As(List<Long> sizes) -> {
          long[] shape = sizes.stream().mapToLong(s -> s).toArray();
          List<View> seen = views.stream().flatMap(view -> view.as(shape).stream()).toList();
          if (seen.size() < views.size()) {
            return Optional.empty();
          }
          views = seen;
        }
      }
    }
    return Optional.of(views);
  }

  private static List<Tensor> apply(Tensor tensor, List<Step> steps) {
    Optional<List<View>> all = views(List.of(View.of(tensor.shape())), steps);
    if (all.isPresent()) {
      return all.get().stream().map(view -> copy(tensor, view)).toList();
    }
    // As far as strides go; then the elements are put in order, and the rest follows.
    int done = steps.size() - 1;
    while (views(List.of(View.of(tensor.shape())), steps.subList(0, done)).isEmpty()) {
      done--;
    }
    List<Step> rest = steps.subList(done, steps.size());
    return views(List.of(View.of(tensor.shape())), steps.subList(0, done)).orElseThrow().stream()
        .flatMap(view -> apply(copy(tensor, view), rest).stream())
        .toList();
  }

  private static Tensor slice(Tensor tensor, View view) {
    long bytes = Shapes.bytes(DType.F32, view.shape());
    return new Tensor(
        DType.F32, view.shape(), tensor.data().asSlice(view.offset() * Float.BYTES, bytes));
  }

  private static MemorySegment allocate(long elements) {
    return Arena.ofAuto().allocate(elements * Float.BYTES, ALIGNMENT);
  }

  private static Tensor copy(Tensor source, View view) {
    MemorySegment to = allocate(Shapes.elements(view.shape()));
    copy(source, view, to);
    return new Tensor(DType.F32, view.shape(), to);
  }

  private static void copy(Tensor source, View view, MemorySegment to) {
    long elements = Shapes.elements(view.shape());
    if (elements > 0) {
      int rank = view.shape().length;
      long inner = rank == 0 ? 1 : view.shape()[rank - 1];
      long stride = rank == 0 ? 1 : view.strides()[rank - 1];
      long[] at = new long[Math.max(0, rank - 1)];
      long from = view.offset();
      for (long row = 0; row < elements; row += inner) {
        row(source, from, stride, to, row, inner);
        for (int k = at.length - 1; k >= 0; k--) {
          from += view.strides()[k];
          if (++at[k] < view.shape()[k]) {
            break;
          }
          from -= at[k] * view.strides()[k];
          at[k] = 0;
        }
      }
    }
  }

  private static void row(
      Tensor source, long from, long stride, MemorySegment to, long at, long count) {
    MemorySegment data = source.data();
    switch (source.dtype()) {
      case F32 -> {
        for (long i = 0; i < count; i++) {
          to.setAtIndex(TARGET, at + i, data.get(FLOAT, (from + i * stride) * 4));
        }
      }
      case F16 -> {
        for (long i = 0; i < count; i++) {
          short bits = data.get(SHORT, (from + i * stride) * 2);
          to.setAtIndex(TARGET, at + i, Float.float16ToFloat(bits));
        }
      }
      case BF16 -> {
        for (long i = 0; i < count; i++) {
          int bits = data.get(SHORT, (from + i * stride) * 2) << 16;
          to.setAtIndex(TARGET, at + i, Float.intBitsToFloat(bits));
        }
      }
      case F64 -> {
        for (long i = 0; i < count; i++) {
          to.setAtIndex(TARGET, at + i, (float) data.get(DOUBLE, (from + i * stride) * 8));
        }
      }
      case BOOL, U8, I8, I16, U16, I32, U32, I64, U64 ->
          throw new IllegalStateException(source.dtype() + " was refused before");
    }
  }

  /** How many elements are infinite or no numbers. */
  static long odd(Tensor weight) {
    MemorySegment data = weight.data();
    long odd = 0;
    for (long i = 0; i < weight.elements(); i++) {
      // All bits of the exponent are set in infinities and NaNs, and in nothing else.
      odd += Math.abs(data.get(FLOAT, i * 4)) <= Float.MAX_VALUE ? 0 : 1;
    }
    return odd;
  }
}
