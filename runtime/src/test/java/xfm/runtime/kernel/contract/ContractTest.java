package xfm.runtime.kernel.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import xfm.runtime.exec.Scratch;
import xfm.runtime.exec.WorkerTeam;
import xfm.runtime.kernel.Kernels;

/** Runs at every lane width: see the executions of the surefire plugin. */
@Tag("lanes")
class ContractTest {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
  private static final Kernels SIMD = Kernels.simd();
  private static final Kernels SCALAR = Kernels.scalar();
  private static final int MARKER = Float.floatToRawIntBits(-77f);

  private static WorkerTeam one;
  private static WorkerTeam two;
  private static WorkerTeam three;

  @BeforeAll
  static void start() {
    one = new WorkerTeam(1);
    two = new WorkerTeam(2);
    three = new WorkerTeam(3);
  }

  @AfterAll
  static void stop() {
    one.close();
    two.close();
    three.close();
  }

  @Test
  void runsAtTheForcedWidth() {
    String bits = System.getProperty("xfm.lanes");
    if (bits != null) {
      assertEquals(Integer.parseInt(bits) / Float.SIZE, SIMD.lanes());
    }
    assertTrue(SIMD.lanes() >= 4);
  }

  @Test
  void anyShapeAndStridesGiveTheSameBitsAsTheScalarTwin() {
    Random random = new Random(1);
    for (int i = 0; i < 400; i++) {
      agrees(random, Problem.randomSizes(random, 70));
    }
  }

  @Test
  void everyNumberOfRowsAndColumns() {
    Random random = new Random(2);
    for (int m = 0; m <= 45; m++) {
      agrees(random, new long[][] {{}, {m}, {33 + m}, {7}});
      agrees(random, new long[][] {{}, {1}, {m}, {m}});
    }
  }

  @Test
  void longSumsAreCutWithoutChangingThem() {
    Random random = new Random(3);
    for (int k : new int[] {1023, 1024, 1025, 2049, 3072}) {
      agrees(random, new long[][] {{}, {13}, {70}, {k}});
      agrees(random, new long[][] {{2}, {1}, {40}, {3, k / 3}});
    }
  }

  @Test
  void manyRowsAreCutIntoBlocks() {
    Random random = new Random(4);
    for (int m : new int[] {239, 241, 500}) {
      agrees(random, new long[][] {{}, {m}, {35}, {9}});
      agrees(random, new long[][] {{3}, {m, 2}, {3, 32}, {5}});
    }
  }

  @Test
  void emptySumsAreZeroAndEmptyOutputsWriteNothing() {
    Random random = new Random(5);
    try (Arena arena = Arena.ofShared()) {
      for (boolean pack : new boolean[] {false, true}) {
        Problem empty = new Problem(arena, random, new long[][] {{2}, {3}, {33}, {0}});
        int[] bits = empty.run(SIMD, two, pack);
        assertEquals(2 * 3 * 33, Arrays.stream(bits).filter(x -> x == 0).count());
        for (int group = 0; group < 3; group++) {
          long[][] sizes = {{2}, {3}, {33}, {4}};
          sizes[group][0] = 0;
          int[] untouched = new Problem(arena, random, sizes).run(SIMD, two, pack);
          assertTrue(Arrays.stream(untouched).allMatch(x -> x == MARKER));
        }
      }
    }
  }

  @Test
  void aRowOfManyHasTheBitsOfTheRowAlone() {
    int m = 67;
    int n = 75;
    int k = 1500;
    try (Arena arena = Arena.ofShared();
        Scratch scratch = new Scratch(2)) {
      Random random = new Random(6);
      MemorySegment a = numbers(arena, random, m * k);
      MemorySegment b = numbers(arena, random, n * k);
      MemorySegment all = arena.allocate(m * n * 4L, 64);
      MemorySegment row = arena.allocate(n * 4L, 64);
      Contract contract = new Contract(SIMD);
      ContractShape many = new ContractShape().row(m, k, n).col(n, k, 1).inner(k, 1, 1);
      ContractShape single = new ContractShape().row(1, k, n).col(n, k, 1).inner(k, 1, 1);
      PackedMatrix packed = PackedMatrix.pack(arena, SIMD.moves(), b, 0, many);
      contract.run(two, scratch, Output.stored(Operands.packed(a, 0, packed, 0, many), all, 0));
      for (int r = 0; r < m; r++) {
        contract.run(
            two, scratch, Output.stored(Operands.packed(a, r * k, packed, 0, single), row, 0));
        assertEquals(-1, all.asSlice(r * n * 4L, n * 4L).mismatch(row), "row " + r);
      }
    }
  }

  @Test
  void entriesOfAPackedMatrixAreUsedOneByOne() {
    try (Arena arena = Arena.ofShared();
        Scratch scratch = new Scratch(1)) {
      MemorySegment b = numbers(arena, new Random(7), 3 * 4 * 5);
      ContractShape three = new ContractShape().batch(3, 0, 20, 0).col(4, 5, 1).inner(5, 1, 1);
      PackedMatrix packed = PackedMatrix.pack(arena, SIMD.moves(), b, 0, three);
      assertEquals(3, packed.entries());
      MemorySegment ones = arena.allocate(5 * 4, 64);
      for (int k = 0; k < 5; k++) {
        ones.setAtIndex(FLOAT, k, 1f);
      }
      MemorySegment c = arena.allocate(4 * 4, 64);
      ContractShape shape = new ContractShape().col(4, 5, 1).inner(5, 1, 1);
      Contract contract = new Contract(SIMD);
      for (int entry = 0; entry < 3; entry++) {
        contract.run(
            one, scratch, Output.stored(Operands.packed(ones, 0, packed, entry, shape), c, 0));
        for (int j = 0; j < 4; j++) {
          float sum = 0;
          for (int k = 0; k < 5; k++) {
            sum += b.getAtIndex(FLOAT, entry * 20 + j * 5 + k);
          }
          assertEquals(sum, c.getAtIndex(FLOAT, j));
        }
      }
      assertThrows(
          IllegalArgumentException.class,
          () ->
              contract.run(
                  one, scratch, Output.stored(Operands.packed(ones, 0, packed, 3, shape), c, 0)));
    }
  }

  @Test
  void aMatrixPackedForOtherSizesIsRefused() {
    try (Arena arena = Arena.ofShared();
        Scratch scratch = new Scratch(1)) {
      MemorySegment x = arena.allocate(1024);
      PackedMatrix packed =
          PackedMatrix.pack(
              arena, SIMD.moves(), x, 0, new ContractShape().col(4, 5, 1).inner(5, 1, 1));
      ContractShape other = new ContractShape().row(1, 5, 4).col(5, 4, 1).inner(4, 1, 1);
      Contract contract = new Contract(SIMD);
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  contract.run(
                      one, scratch, Output.stored(Operands.packed(x, 0, packed, 0, other), x, 0)));
      assertEquals(
          "the product has 5 columns over a sum of 4, but B was packed as 4 over 5",
          e.getMessage());
    }
  }

  @Test
  void stridesOutsideTheMemoryAreRefused() {
    try (Arena arena = Arena.ofShared();
        Scratch scratch = new Scratch(2)) {
      MemorySegment x = arena.allocate(4096);
      MemorySegment c = arena.allocate(4 * 64 * 40);
      ContractShape shape = new ContractShape().row(40, 64, 64).col(64, 64, 1).inner(64, 1, 1);
      Contract contract = new Contract(SIMD);
      assertThrows(
          IndexOutOfBoundsException.class,
          () ->
              contract.run(two, scratch, Output.stored(Operands.strided(x, 0, x, 0, shape), c, 0)));
    }
  }

  @Test
  void heapMemoryIsRefused() {
    try (Arena arena = Arena.ofShared();
        Scratch scratch = new Scratch(1)) {
      MemorySegment x = arena.allocate(4);
      MemorySegment heap = MemorySegment.ofArray(new float[1]);
      Contract contract = new Contract(SIMD);
      assertThrows(
          IllegalArgumentException.class,
          () ->
              contract.run(
                  one,
                  scratch,
                  Output.stored(Operands.strided(heap, 0, x, 0, new ContractShape()), x, 0)));
    }
  }

  /** Every block in the place of its rows and columns; fails if one is written twice. */
  private static final class Placed implements Epilogue {
    private final int[] bits;
    private final long m;
    private final long n;
    private final int sum;

    Placed(ContractShape shape, int sum) {
      m = shape.rows.total();
      n = shape.cols.total();
      bits = new int[Math.toIntExact(shape.batch.total() * m * n)];
      Arrays.fill(bits, MARKER);
      this.sum = sum;
    }

    @Override
    public synchronized void run(
        int worker, MemorySegment sums, long entry, long row, int rows, long column, int columns) {
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
          int at = (int) ((entry * m + row + r) * n + column + c);
          assertEquals(MARKER, bits[at]);
          bits[at] = sums.getAtIndex(ValueLayout.JAVA_INT, sum * TILE + r * ROW + c);
        }
      }
    }
  }

  @Test
  void anEpilogueGetsEverySumOnceAndTheBitsThatWouldBeStored() {
    Random random = new Random(8);
    long[][][] fixed = {
      {{}, {1}, {300}, {1500}}, {{2}, {481}, {33}, {3, 700}}, {{}, {250}, {200}, {1025}}
    };
    for (int i = 0; i < 120; i++) {
      long[][] sizes = i < fixed.length ? fixed[i] : Problem.randomSizes(random, 70);
      try (Arena arena = Arena.ofShared()) {
        Problem first = new Problem(arena, random, sizes);
        Problem second = new Problem(arena, random, sizes);
        for (boolean pack : new boolean[] {false, true}) {
          List<Operands> both =
              List.of(first.operands(pack), second.operands(random.nextBoolean()));
          for (int sum = 0; sum < 2; sum++) {
            Placed placed = new Placed(first.shape, sum);
            Problem.run(new Contract(SIMD), three, Output.consumed(both, placed));
            Problem own = sum == 0 ? first : second;
            assertArrayEquals(own.rowMajor(own.run(SIMD, one, false)), placed.bits);
          }
        }
      }
    }
  }

  @Test
  void outputsOfOneRunHaveTheBitsOfEachAlone() {
    Random random = new Random(9);
    for (int i = 0; i < 100; i++) {
      long[][] sizes = Problem.randomSizes(random, 60);
      try (Arena arena = Arena.ofShared()) {
        Problem first = new Problem(arena, random, sizes);
        Problem second = first.withOtherColumns(random, random.nextInt(80));
        Problem third = first.withOtherColumns(random, random.nextInt(80));
        MemorySegment c1 = first.result();
        MemorySegment c2 = second.result();
        Placed placed = new Placed(third.shape, 0);
        boolean pack = random.nextBoolean();
        Problem.run(
            new Contract(SIMD),
            i % 2 == 0 ? three : one,
            Output.stored(first.operands(pack), c1, first.offC),
            Output.stored(second.operands(random.nextBoolean()), c2, second.offC),
            Output.consumed(List.of(third.operands(pack)), placed));
        assertArrayEquals(first.run(SIMD, one, false), c1.toArray(ValueLayout.JAVA_INT));
        assertArrayEquals(second.run(SIMD, one, false), c2.toArray(ValueLayout.JAVA_INT));
        assertArrayEquals(third.rowMajor(third.run(SIMD, one, false)), placed.bits);
      }
    }
  }

  /** Tokens × ranks: A lacks the ranks, and each row meets the matrix that it picks. */
  @Test
  void routedRowsHaveTheBitsOfEachWithItsMatrixAlone() {
    Random random = new Random(10);
    for (int i = 0; i < 60; i++) {
      int tokens = random.nextInt(i % 10 == 0 ? 600 : 20);
      int ranks = 1 + random.nextInt(3);
      int many = 1 + random.nextInt(5);
      int n = 1 + random.nextInt(200);
      int k = i % 10 == 5 ? 1100 : random.nextInt(30);
      try (Arena arena = Arena.ofShared();
          Scratch scratch = new Scratch(3)) {
        MemorySegment a = numbers(arena, random, tokens * k + 1);
        MemorySegment b = numbers(arena, random, many * k * n + 1);
        MemorySegment picks = arena.allocate(4L * tokens * ranks + 4, 64);
        for (int row = 0; row < tokens * ranks; row++) {
          picks.setAtIndex(ValueLayout.JAVA_INT, row, random.nextInt(many));
        }
        ContractShape shape = new ContractShape().batch(many, 0, (long) k * n, 0);
        shape.row(tokens, k, (long) ranks * n).row(ranks, 0, n).col(n, 1, 1).inner(k, 1, n);
        Operands operands =
            i % 2 == 0
                ? Operands.packed(
                    a, 0, PackedMatrix.pack(arena, SIMD.moves(), b, 0, shape), 0, shape)
                : Operands.strided(a, 0, b, 0, shape);
        ContractShape rows = new ContractShape().row(tokens, ranks, 0).row(ranks, 1, 0);
        operands = operands.routed(new Routing(picks, rows, many));
        MemorySegment c = arena.allocate(4L * tokens * ranks * n + 4, 64);
        Contract contract = new Contract(SIMD);
        Problem.run(contract, three, Output.stored(operands, c, 0));
        MemorySegment alone = arena.allocate(4L * n, 64);
        ContractShape one = new ContractShape().col(n, 1, 1).inner(k, 1, n);
        for (int row = 0; row < tokens * ranks; row++) {
          long pick = picks.getAtIndex(ValueLayout.JAVA_INT, row);
          long at = (long) row / ranks * k;
          Operands single = Operands.strided(a, at, b, pick * k * n, one);
          contract.run(ContractTest.one, scratch, Output.stored(single, alone, 0));
          assertEquals(-1, c.asSlice(4L * row * n, 4L * n).mismatch(alone), "row " + row);
        }
      }
    }
  }

  @Test
  void elementsThatAreNoFloatsInMemoryArePackedAlike() {
    Random random = new Random(11);
    for (int i = 0; i < 60; i++) {
      try (Arena arena = Arena.ofShared()) {
        Problem problem = new Problem(arena, random, Problem.randomSizes(random, 70));
        PackedMatrix packed =
            PackedMatrix.pack(arena, SIMD.moves(), problem.b, problem.offB, problem.shape);
        PackedMatrix one =
            PackedMatrix.pack(
                arena, at -> problem.b.getAtIndex(FLOAT, problem.offB + at), problem.shape);
        assertEquals(-1, packed.panels().mismatch(one.panels()));
        PackedMatrix unmade = PackedMatrix.unmade(problem.shape);
        assertEquals(
            List.of(packed.entries(), packed.cols(), packed.inner()),
            List.of(unmade.entries(), unmade.cols(), unmade.inner()));
      }
    }
  }

  @Test
  void aMatrixThatIsNotThereIsRefused() {
    try (Arena arena = Arena.ofShared();
        Scratch scratch = new Scratch(1)) {
      MemorySegment x = arena.allocate(1024, 64);
      x.setAtIndex(ValueLayout.JAVA_INT, 1, 2);
      ContractShape shape = new ContractShape().batch(2, 0, 16, 0).row(2, 4, 4);
      shape.col(4, 1, 1).inner(4, 1, 4);
      Routing routing = new Routing(x, new ContractShape().row(2, 1, 0), 2);
      Output output = Output.stored(Operands.strided(x, 8, x, 8, shape).routed(routing), x, 100);
      IndexOutOfBoundsException e =
          assertThrows(
              IndexOutOfBoundsException.class, () -> new Contract(SIMD).run(one, scratch, output));
      assertEquals("row 1 picks matrix 2 of 2", e.getMessage());
    }
  }

  @Test
  void outputsOfDifferentRowsAreRefused() {
    try (Arena arena = Arena.ofShared();
        Scratch scratch = new Scratch(1)) {
      MemorySegment x = arena.allocate(1024);
      ContractShape two = new ContractShape().row(2, 1, 1);
      ContractShape three = new ContractShape().row(3, 1, 1);
      Contract contract = new Contract(SIMD);
      assertThrows(
          IllegalArgumentException.class,
          () ->
              contract.run(
                  one,
                  scratch,
                  Output.stored(Operands.strided(x, 0, x, 0, two), x, 0),
                  Output.stored(Operands.strided(x, 0, x, 0, three), x, 0)));
    }
  }

  private static MemorySegment numbers(Arena arena, Random random, int count) {
    MemorySegment memory = arena.allocate(count * 4L, 64);
    for (int i = 0; i < count; i++) {
      memory.setAtIndex(FLOAT, i, random.nextFloat() * 2 - 1);
    }
    return memory;
  }

  /** Scalar within the bound of the sums in double; simd at 1, 2, 3 threads the bits of scalar. */
  private static void agrees(Random random, long[][] sizes) {
    try (Arena arena = Arena.ofShared()) {
      Problem problem = new Problem(arena, random, sizes);
      String what = Arrays.deepToString(sizes);
      int[] scalar = problem.run(SCALAR, one, false);
      double[] exact = problem.sums(false);
      double[] magnitude = problem.sums(true);
      double bound = 4 * Math.ulp(1f) * Math.sqrt(problem.terms());
      for (int i = 0; i < scalar.length; i++) {
        if (Double.isNaN(exact[i])) {
          assertEquals(MARKER, scalar[i], what);
        } else {
          double error = Math.abs(Float.intBitsToFloat(scalar[i]) - exact[i]);
          assertTrue(error <= bound * magnitude[i], () -> what + ": off by " + error);
        }
      }
      for (WorkerTeam team : new WorkerTeam[] {one, two, three}) {
        assertArrayEquals(scalar, problem.run(SIMD, team, false), what);
        assertArrayEquals(scalar, problem.run(SIMD, team, true), what);
      }
      assertArrayEquals(scalar, problem.run(SCALAR, three, true), what);
    }
  }
}
