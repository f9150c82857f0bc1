package xfm.runtime.fuse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static xfm.runtime.fuse.Build.add;
import static xfm.runtime.fuse.Build.axis;
import static xfm.runtime.fuse.Build.binary;
import static xfm.runtime.fuse.Build.compare;
import static xfm.runtime.fuse.Build.div;
import static xfm.runtime.fuse.Build.fold;
import static xfm.runtime.fuse.Build.foldWhere;
import static xfm.runtime.fuse.Build.load;
import static xfm.runtime.fuse.Build.mul;
import static xfm.runtime.fuse.Build.nest;
import static xfm.runtime.fuse.Build.param;
import static xfm.runtime.fuse.Build.real;
import static xfm.runtime.fuse.Build.select;
import static xfm.runtime.fuse.Build.sub;
import static xfm.runtime.fuse.Build.unary;
import static xfm.runtime.fuse.Build.whole;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;
import xfm.runtime.kernel.Kernels;

/** Equations of transformers, against the same written out in Java in double. */
class EquationsTest {
  private static final int ROWS = 5;
  private static final int COLUMNS = 13;

  private final MemorySegment x = Memory.randomFloats(ROWS * COLUMNS, new Random(1));
  private final MemorySegment other = Memory.randomFloats(ROWS * COLUMNS, new Random(2));

  private static Scalar at(int slot, Scalar row, Scalar column) {
    return load(slot, add(mul(row, param(1)), column));
  }

  /** Runs a nest over [ROWS, COLUMNS], compiled, having compared it with the interpreted. */
  private float[] run(LoopNest nest) {
    MemorySegment y = Memory.floats(ROWS * COLUMNS);
    MemorySegment[] slots = {y, x, other};
    int[] params = {ROWS, COLUMNS};
    Fuse.interpret(nest).run(slots, params, 0, ROWS);
    int[] bits = Memory.bits(y, Elem.F32);
    y.fill((byte) 0);
    new Fuse(Kernels.select()).compile(nest).run(slots, params, 0, ROWS);
    assertArrayEquals(bits, Memory.bits(y, Elem.F32));
    return Memory.toFloats(y, ROWS * COLUMNS);
  }

  private double x(int row, int column) {
    return Memory.toFloats(x, ROWS * COLUMNS)[row * COLUMNS + column];
  }

  private double other(int row, int column) {
    return Memory.toFloats(other, ROWS * COLUMNS)[row * COLUMNS + column];
  }

  @Test
  void layerNorm() {
    Scalar mean = fold(FoldOp.MEAN, param(1), at(1, axis(0), axis(2)));
    Scalar meanInside = fold(FoldOp.MEAN, param(1), at(1, axis(0), axis(3)));
    Scalar apart = sub(at(1, axis(0), axis(2)), meanInside);
    Scalar variance = fold(FoldOp.MEAN, param(1), mul(apart, apart));
    Scalar scaled =
        div(sub(at(1, axis(0), axis(1)), mean), unary(UnaryOp.SQRT, add(variance, real(1e-5f))));
    float[] y = run(nest(2, 0, mul(scaled, load(2, axis(1)))));
    for (int i = 0; i < ROWS; i++) {
      double m = 0;
      double v = 0;
      for (int a = 0; a < COLUMNS; a++) {
        m += x(i, a) / COLUMNS;
      }
      for (int a = 0; a < COLUMNS; a++) {
        v += (x(i, a) - m) * (x(i, a) - m) / COLUMNS;
      }
      for (int e = 0; e < COLUMNS; e++) {
        double want = (x(i, e) - m) / Math.sqrt(v + 1e-5) * other(0, e);
        assertEquals(want, y[i * COLUMNS + e], 1e-6 + 1e-6 * Math.abs(want));
      }
    }
  }

  @Test
  void causalSoftmax() {
    Scalar score = at(1, axis(0), axis(2));
    Scalar causal = compare(CompareOp.LE, axis(2), axis(0));
    Scalar lse = foldWhere(FoldOp.LOGSUMEXP, param(1), score, causal);
    Scalar weight = unary(UnaryOp.EXP, sub(at(1, axis(0), axis(1)), lse));
    Scalar kept = compare(CompareOp.LE, axis(1), axis(0));
    float[] y = run(nest(2, 0, select(kept, weight, real(0f))));
    for (int i = 0; i < ROWS; i++) {
      double sum = 0;
      for (int j = 0; j <= i; j++) {
        sum += Math.exp(x(i, j));
      }
      for (int j = 0; j < COLUMNS; j++) {
        double want = j <= i ? Math.exp(x(i, j)) / sum : 0;
        assertEquals(want, y[i * COLUMNS + j], 1e-6 * want);
      }
    }
  }

  /** Each element with its partner of the pair (2k, 2k + 1), turned by place · frequency. */
  @Test
  void rotary() {
    Scalar even =
        binary(
            BinaryOp.AND,
            compare(CompareOp.EQ, binary(BinaryOp.FLOOR_MOD, axis(1), whole(2)), whole(0)),
            compare(CompareOp.LT, add(axis(1), whole(1)), param(1)));
    Scalar partner =
        sub(
            add(mul(binary(BinaryOp.FLOOR_DIV, axis(1), whole(2)), whole(2)), whole(1)),
            binary(BinaryOp.FLOOR_MOD, axis(1), whole(2)));
    Scalar alone = compare(CompareOp.GE, partner, param(1));
    Scalar turned = at(1, axis(0), partner);
    Scalar angle =
        mul(
            unary(UnaryOp.TO_FLOAT, axis(0)),
            load(2, binary(BinaryOp.FLOOR_DIV, axis(1), whole(2))));
    Scalar sine = unary(UnaryOp.SIN, angle);
    Scalar whole =
        add(
            mul(at(1, axis(0), axis(1)), unary(UnaryOp.COS, angle)),
            mul(select(even, unary(UnaryOp.NEG, turned), turned), sine));
    float[] y = run(nest(2, 0, select(alone, at(1, axis(0), axis(1)), whole)));
    for (int i = 0; i < ROWS; i++) {
      for (int e = 0; e < COLUMNS; e++) {
        double turn = i * other(0, e / 2);
        double want = x(i, e);
        if (e + 1 < COLUMNS || e % 2 == 1) {
          double side = e % 2 == 0 ? -x(i, e + 1) : x(i, e - 1);
          want = want * Math.cos(turn) + side * Math.sin(turn);
        }
        assertEquals(want, y[i * COLUMNS + e], 2e-6);
      }
    }
  }

  @Test
  void gelu() {
    Scalar v = at(1, axis(0), axis(1));
    Scalar inner = mul(real(0.7978846f), add(v, mul(real(0.044715f), mul(v, mul(v, v)))));
    Scalar tanh = mul(mul(real(0.5f), v), add(real(1f), unary(UnaryOp.TANH, inner)));
    Scalar erf = unary(UnaryOp.ERF, mul(real(0.70710678f), v));
    Scalar exact = mul(mul(real(0.5f), v), add(real(1f), erf));
    float[] y = run(nest(2, 0, tanh));
    float[] z = run(nest(2, 0, exact));
    for (int k = 0; k < y.length; k++) {
      double a = x(0, k);
      double want = 0.5 * a * (1 + Math.tanh(0.7978845608 * (a + 0.044715 * a * a * a)));
      assertEquals(want, y[k], 5e-7);
      // The two definitions differ by at most 5e-4.
      assertEquals(want, z[k], 5e-4);
    }
  }

  @Test
  void productOfMatrices() {
    Scalar product = mul(at(1, axis(0), axis(2)), at(2, axis(2), axis(1)));
    float[] y = run(nest(2, 0, fold(FoldOp.SUM, param(0), product)));
    for (int i = 0; i < ROWS; i++) {
      for (int b = 0; b < COLUMNS; b++) {
        double want = 0;
        for (int a = 0; a < ROWS; a++) {
          want += x(i, a) * other(a, b);
        }
        assertEquals(want, y[i * COLUMNS + b], 1e-6);
      }
    }
  }

  /** What lies outside counts as 0: where that is depends on the axes of both folds. */
  @Test
  void convolutionOverTwoAxes() {
    Scalar row = sub(axis(0), axis(2));
    Scalar column = sub(add(axis(1), axis(3)), whole(1));
    Scalar inside =
        binary(
            BinaryOp.AND,
            compare(CompareOp.GE, row, whole(0)),
            binary(
                BinaryOp.AND,
                compare(CompareOp.GE, column, whole(0)),
                compare(CompareOp.LT, column, param(1))));
    Scalar near = select(inside, at(1, row, column), real(0f));
    Scalar line = fold(FoldOp.SUM, whole(3), mul(at(2, axis(2), axis(3)), near));
    float[] y = run(nest(2, 0, fold(FoldOp.SUM, whole(2), line)));
    for (int i = 0; i < ROWS; i++) {
      for (int b = 0; b < COLUMNS; b++) {
        double want = 0;
        for (int r = 0; r < 2; r++) {
          for (int s = 0; s < 3; s++) {
            boolean there = i - r >= 0 && b + s - 1 >= 0 && b + s - 1 < COLUMNS;
            want += there ? other(r, s) * x(i - r, b + s - 1) : 0;
          }
        }
        assertEquals(want, y[i * COLUMNS + b], 1e-6);
      }
    }
  }
}
