package xfm.runtime.kernel.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import xfm.runtime.exec.Borrowed;
import xfm.runtime.exec.Scratch;
import xfm.runtime.exec.WorkerTeam;
import xfm.runtime.kernel.Kernels;

/** A contraction with axes, strides and numbers drawn at random, and its sums in double. */
final class Problem {
  /** An axis of the problem; null strides stay 0: the operand lacks the axis. */
  private static final class Axis {
    final char group;
    final long size;
    long a;
    long b;
    long c;

    Axis(char group, long size) {
      this.group = group;
      this.size = size;
    }
  }

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  final ContractShape shape = new ContractShape();
  final MemorySegment a;
  final MemorySegment b;
  final long offA;
  final long offB;
  final long offC;
  final long sizeC;
  private final List<Axis> axes = new ArrayList<>();
  private final Arena arena;

  /** A problem whose groups have the given axes, for instance {@code {{2}, {5, 3}, {}, {7}}}. */
  Problem(Arena arena, Random random, long[][] sizes) {
    this.arena = arena;
    for (int g = 0; g < 4; g++) {
      for (long size : sizes[g]) {
        axes.add(new Axis("bmnk".charAt(g), size));
      }
    }
    offA = random.nextInt(3);
    a = numbers(random, offA + layOut(random, 'a'));
    offB = random.nextInt(3);
    b = numbers(random, offB + layOut(random, 'b'));
    offC = random.nextInt(3);
    sizeC = offC + layOut(random, 'c');
    fillShape();
  }

  private Problem(Problem other, Random random, int columns) {
    arena = other.arena;
    for (Axis axis : other.axes) {
      if (axis.group != 'n') {
        Axis own = new Axis(axis.group, axis.size);
        own.a = axis.a;
        axes.add(own);
      }
    }
    int at = 0;
    while (at < axes.size() && axes.get(at).group != 'k') {
      at++;
    }
    axes.add(at, new Axis('n', columns));
    offA = other.offA;
    a = other.a;
    offB = random.nextInt(3);
    b = numbers(random, offB + layOut(random, 'b'));
    offC = random.nextInt(3);
    sizeC = offC + layOut(random, 'c');
    fillShape();
  }

  /** A product of the same A with another B. */
  Problem withOtherColumns(Random random, int columns) {
    return new Problem(this, random, columns);
  }

  private void fillShape() {
    for (Axis axis : axes) {
      switch (axis.group) {
        case 'b' -> shape.batch(axis.size, axis.a, axis.b, axis.c);
        case 'm' -> shape.row(axis.size, axis.a, axis.c);
        case 'n' -> shape.col(axis.size, axis.b, axis.c);
        default -> shape.inner(axis.size, axis.a, axis.b);
      }
    }
  }

  /** Sizes of up to three axes for each group; their product is at most about {@code most}. */
  static long[][] randomSizes(Random random, int most) {
    long[][] sizes = new long[4][];
    for (int g = 0; g < 4; g++) {
      int count = random.nextInt(g == 0 ? 3 : 4);
      sizes[g] = new long[count];
      int left = g == 0 ? 4 : most;
      for (int i = 0; i < count; i++) {
        boolean last = i == count - 1;
        int size = last ? random.nextInt(left + 1) : 1 + random.nextInt(Math.min(4, left));
        sizes[g][i] = size;
        left = Math.max(1, left / Math.max(1, size));
      }
    }
    return sizes;
  }

  /** Gives the axes of an operand strides in a random order, with gaps; returns the extent. */
  private long layOut(Random random, char operand) {
    List<Axis> order = new ArrayList<>();
    for (Axis axis : axes) {
      boolean has =
          switch (operand) {
            case 'a' -> axis.group != 'n';
            case 'b' -> axis.group != 'm';
            default -> axis.group != 'k';
          };
      boolean broadcast = operand != 'c' && random.nextInt(8) == 0;
      if (has && !broadcast) {
        order.add(axis);
      }
    }
    if (random.nextBoolean()) {
      Collections.shuffle(order, random);
    } else {
      Collections.reverse(order); // Dense and row-major, as most tensors are.
    }
    long extent = 1;
    for (Axis axis : order) {
      switch (operand) {
        case 'a' -> axis.a = extent;
        case 'b' -> axis.b = extent;
        default -> axis.c = extent;
      }
      extent *= Math.max(1, axis.size);
      extent += random.nextInt(6) == 0 ? random.nextInt(5) : 0;
    }
    return extent;
  }

  private MemorySegment numbers(Random random, long count) {
    MemorySegment memory = arena.allocate(count * Float.BYTES, 64);
    for (long i = 0; i < count; i++) {
      memory.setAtIndex(FLOAT, i, random.nextFloat() * 2 - 1);
    }
    return memory;
  }

  /** C after a run, as bits; what the run must not touch holds a marker. */
  int[] run(Kernels kernels, WorkerTeam team, boolean pack) {
    MemorySegment c = result();
    run(new Contract(kernels), team, Output.stored(operands(pack), c, offC));
    return c.toArray(ValueLayout.JAVA_INT);
  }

  /** A run that borrows no more than was counted before it. */
  static void run(Contract contract, WorkerTeam team, Output... outputs) {
    try (Scratch scratch = new Scratch(team.threads())) {
      Borrowed borrowed = contract.borrowed(outputs);
      scratch.reserve(borrowed);
      contract.run(team, scratch, outputs);
      assertEquals(borrowed.bytes(team.threads()), scratch.bytes());
    }
  }

  /** Memory for C, full of markers. */
  MemorySegment result() {
    MemorySegment c = arena.allocate(sizeC * Float.BYTES, 64);
    for (long i = 0; i < sizeC; i++) {
      c.setAtIndex(FLOAT, i, -77f);
    }
    return c;
  }

  /** The elements of C out of its memory, by batch, row and column. */
  int[] rowMajor(int[] memory) {
    List<Integer> all = new ArrayList<>();
    collect(0, Math.toIntExact(offC), memory, all);
    return all.stream().mapToInt(x -> x).toArray();
  }

  private void collect(int i, int at, int[] memory, List<Integer> to) {
    if (i == axes.size() || axes.get(i).group == 'k') {
      to.add(memory[at]);
      return;
    }
    for (long x = 0; x < axes.get(i).size; x++) {
      collect(i + 1, (int) (at + x * axes.get(i).c), memory, to);
    }
  }

  Operands operands(boolean pack) {
    return pack
        ? Operands.packed(
            a, offA, PackedMatrix.pack(arena, Kernels.simd().moves(), b, offB, shape), 0, shape)
        : Operands.strided(a, offA, b, offB, shape);
  }

  /** C by definition, summed in double; NaN where nothing is to be written. */
  double[] sums(boolean absolute) {
    double[] c = new double[Math.toIntExact(sizeC)];
    java.util.Arrays.fill(c, Double.NaN);
    walk(0, offA, offB, offC, absolute, c);
    return c;
  }

  /** The number of terms of each sum. */
  long terms() {
    return axes.stream()
        .filter(x -> x.group == 'k')
        .mapToLong(x -> x.size)
        .reduce(1, (x, y) -> x * y);
  }

  private void walk(int i, long atA, long atB, long atC, boolean absolute, double[] c) {
    if (i == axes.size() || axes.get(i).group == 'k') {
      c[(int) atC] = sum(i, atA, atB, absolute);
      return;
    }
    Axis axis = axes.get(i);
    for (long x = 0; x < axis.size; x++) {
      walk(i + 1, atA + x * axis.a, atB + x * axis.b, atC + x * axis.c, absolute, c);
    }
  }

  private double sum(int i, long atA, long atB, boolean absolute) {
    if (i == axes.size()) {
      double term = (double) a.getAtIndex(FLOAT, atA) * b.getAtIndex(FLOAT, atB);
      return absolute ? Math.abs(term) : term;
    }
    Axis axis = axes.get(i);
    double sum = 0;
    for (long x = 0; x < axis.size; x++) {
      sum += sum(i + 1, atA + x * axis.a, atB + x * axis.b, absolute);
    }
    return sum;
  }
}
