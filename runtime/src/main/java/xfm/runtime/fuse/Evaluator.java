package xfm.runtime.fuse;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import xfm.runtime.fuse.Scalar.Type;
import xfm.runtime.kernel.Maths;

/** The value of scalars at one place of a loop nest: one method for each type, and for offsets. */
final class Evaluator {
  private final MemorySegment[] slots;
  private final int[] params;
  private int[] axes = new int[8];
  private int depth;

  Evaluator(MemorySegment[] slots, int[] params) {
    this.slots = slots;
    this.params = params;
  }

  /** Opens one more axis and gives its number. */
  int enter() {
    if (depth == axes.length) {
      axes = java.util.Arrays.copyOf(axes, 2 * depth);
    }
    return depth++;
  }

  void set(int axis, int value) {
    axes[axis] = value;
  }

  void leave() {
    depth--;
  }

  float real(Scalar s) {
    return switch (s) {
      case Scalar.FloatConst(float v) -> v;
      case Scalar.Load(int slot, _, Scalar offset) ->
          slots[slot].getAtIndex(ValueLayout.JAVA_FLOAT, offset(offset));
      case Scalar.Unary(UnaryOp op, Scalar a) when op == UnaryOp.TO_FLOAT -> whole(a);
      case Scalar.Unary(UnaryOp op, Scalar a) -> apply(op, real(a));
      case Scalar.Binary(BinaryOp op, Scalar a, Scalar b) -> combine(op, real(a), real(b));
      case Scalar.Select(Scalar c, Scalar a, Scalar b) -> truth(c) ? real(a) : real(b);
      case Scalar.Fold fold -> realFold(fold);
      case Scalar.IntConst _, Scalar.BoolConst _, Scalar.Axis _, Scalar.Param _, Scalar.Compare _ ->
          throw LoopInterpreter.illTyped(s, Type.FLOAT);
    };
  }

  private static float apply(UnaryOp op, float a) {
    return switch (op) {
      case NEG -> -a;
      case ABS -> Math.abs(a);
      case EXP -> Maths.exp(a);
      case LOG -> Maths.log(a);
      case SQRT -> Maths.sqrt(a);
      case SIN -> Maths.sin(a);
      case COS -> Maths.cos(a);
      case TANH -> Maths.tanh(a);
      case ERF -> Maths.erf(a);
      case FLOOR, TO_FLOAT, NOT -> throw new IllegalStateException(op + " gives no float");
    };
  }

  private static float combine(BinaryOp op, float a, float b) {
    return switch (op) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case POW -> Maths.pow(a, b);
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      case FLOOR_DIV, FLOOR_MOD, AND, OR -> throw new IllegalStateException(op + " of floats");
    };
  }

  int whole(Scalar s) {
    return switch (s) {
      case Scalar.IntConst(int v) -> v;
      case Scalar.Axis(int axis) -> axes[axis];
      case Scalar.Param(int index) -> params[index];
      case Scalar.Load(int slot, _, Scalar offset) ->
          slots[slot].getAtIndex(ValueLayout.JAVA_INT, offset(offset));
      case Scalar.Unary(UnaryOp op, Scalar a) when op == UnaryOp.FLOOR -> Maths.floor(real(a));
      case Scalar.Unary(UnaryOp op, Scalar a) -> op == UnaryOp.NEG ? -whole(a) : Math.abs(whole(a));
      case Scalar.Binary(BinaryOp op, Scalar a, Scalar b) -> combine(op, whole(a), whole(b));
      case Scalar.Select(Scalar c, Scalar a, Scalar b) -> truth(c) ? whole(a) : whole(b);
      case Scalar.Fold fold -> wholeFold(fold);
      case Scalar.FloatConst _, Scalar.BoolConst _, Scalar.Compare _ ->
          throw LoopInterpreter.illTyped(s, Type.INT);
    };
  }

  private static int combine(BinaryOp op, int a, int b) {
    return switch (op) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case FLOOR_DIV -> Math.floorDiv(a, b);
      case FLOOR_MOD -> Math.floorMod(a, b);
      case POW -> Maths.pow(a, b);
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      case DIV, AND, OR -> throw new IllegalStateException(op + " of ints");
    };
  }

  /** An offset: sums, negations and products in 64 bits, whatever is below them in 32. */
  long offset(Scalar s) {
    return switch (s) {
      case Scalar.Unary(UnaryOp op, Scalar a) when op == UnaryOp.NEG -> -offset(a);
      case Scalar.Binary(BinaryOp op, Scalar a, Scalar b) when op == BinaryOp.ADD ->
          offset(a) + offset(b);
      case Scalar.Binary(BinaryOp op, Scalar a, Scalar b) when op == BinaryOp.SUB ->
          offset(a) - offset(b);
      case Scalar.Binary(BinaryOp op, Scalar a, Scalar b) when op == BinaryOp.MUL ->
          offset(a) * offset(b);
      case Scalar.FloatConst _,
          Scalar.IntConst _,
          Scalar.BoolConst _,
          Scalar.Axis _,
          Scalar.Param _,
          Scalar.Load _,
          Scalar.Unary _,
          Scalar.Binary _,
          Scalar.Compare _,
          Scalar.Select _,
          Scalar.Fold _ ->
          whole(s);
    };
  }

  boolean truth(Scalar s) {
    return switch (s) {
      case Scalar.BoolConst(boolean v) -> v;
      case Scalar.Load(int slot, _, Scalar offset) ->
          slots[slot].get(ValueLayout.JAVA_BYTE, offset(offset)) != 0;
      case Scalar.Unary(_, Scalar a) -> !truth(a);
      case Scalar.Binary(BinaryOp op, Scalar a, Scalar b) ->
          op == BinaryOp.AND ? truth(a) && truth(b) : truth(a) || truth(b);
      case Scalar.Compare(CompareOp op, Scalar a, Scalar b) ->
          a.type() == Type.FLOAT ? compare(op, real(a), real(b)) : compare(op, whole(a), whole(b));
      case Scalar.Select(Scalar c, Scalar a, Scalar b) -> truth(c) ? truth(a) : truth(b);
      case Scalar.Fold fold -> truthFold(fold);
      case Scalar.FloatConst _, Scalar.IntConst _, Scalar.Axis _, Scalar.Param _ ->
          throw LoopInterpreter.illTyped(s, Type.BOOL);
    };
  }

  /** An int is exact as a double, so one method serves both types. */
  private static boolean compare(CompareOp op, double a, double b) {
    return switch (op) {
      case EQ -> a == b;
      case NE -> a != b;
      case LT -> a < b;
      case LE -> a <= b;
      case GT -> a > b;
      case GE -> a >= b;
    };
  }

  /** What a fold does at one value of its axis. */
  private interface Visitor {
    /** Whether to go on. */
    boolean visit(int index);
  }

  private void forEach(Scalar.Fold fold, Visitor visitor) {
    int extent = whole(fold.extent());
    int axis = enter();
    boolean more = true;
    for (int index = 0; index < extent && more; index++) {
      set(axis, index);
      if (fold.where().isEmpty() || truth(fold.where().get())) {
        more = visitor.visit(index);
      }
    }
    leave();
  }

  private float realFold(Scalar.Fold fold) {
    return switch (fold.op()) {
      case SUM -> (float) sum(fold, 0f).total();
      case MEAN -> {
        Sum sum = sum(fold, 0f);
        yield sum.count == 0 ? 0f : (float) (sum.total() / sum.count);
      }
      case MAX, MIN -> realExtreme(fold, fold.otherwise());
      case LOGSUMEXP -> logSumExp(fold);
      case ANY, ALL, ARGMAX -> throw LoopInterpreter.illTyped(fold, Type.FLOAT);
    };
  }

  /** In parts: see {@link FoldOp#SUM}. */
  private static final class Sum {
    final double[] parts = new double[FoldOp.PARTS];
    int count;

    double total() {
      double total = 0;
      for (double part : parts) {
        total += part;
      }
      return total;
    }
  }

  private Sum sum(Scalar.Fold fold, float shift) {
    Sum sum = new Sum();
    forEach(
        fold,
        index -> {
          float value = real(fold.body());
          sum.parts[index % FoldOp.PARTS] +=
              fold.op() == FoldOp.LOGSUMEXP ? Maths.exp(value - shift) : value;
          sum.count++;
          return true;
        });
    return sum;
  }

  private float realExtreme(Scalar.Fold fold, Optional<Scalar> otherwise) {
    boolean least = fold.op() == FoldOp.MIN;
    float[] result = {least ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY};
    boolean[] some = {false};
    forEach(
        fold,
        _ -> {
          float value = real(fold.body());
          result[0] = least ? Math.min(result[0], value) : Math.max(result[0], value);
          some[0] = true;
          return true;
        });
    return some[0] ? result[0] : real(otherwise.orElseThrow(() -> overNothing(fold)));
  }

  private float logSumExp(Scalar.Fold fold) {
    float most = realExtreme(fold, Optional.of(new Scalar.FloatConst(Float.NEGATIVE_INFINITY)));
    return Float.isInfinite(most) ? most : most + Maths.log((float) sum(fold, most).total());
  }

  private int wholeFold(Scalar.Fold fold) {
    if (fold.op() == FoldOp.ARGMAX) {
      return argmax(fold);
    }
    int[] result = {
      switch (fold.op()) {
        case SUM -> 0;
        case MAX -> Integer.MIN_VALUE;
        case MIN -> Integer.MAX_VALUE;
        case MEAN, ANY, ALL, LOGSUMEXP, ARGMAX -> throw LoopInterpreter.illTyped(fold, Type.INT);
      }
    };
    boolean[] some = {fold.op() == FoldOp.SUM};
    forEach(
        fold,
        _ -> {
          int value = whole(fold.body());
          result[0] =
              switch (fold.op()) {
                case MAX -> Math.max(result[0], value);
                case MIN -> Math.min(result[0], value);
                case SUM, MEAN, ANY, ALL, LOGSUMEXP, ARGMAX -> result[0] + value;
              };
          some[0] = true;
          return true;
        });
    return some[0] ? result[0] : whole(fold.otherwise().orElseThrow(() -> overNothing(fold)));
  }

  private int argmax(Scalar.Fold fold) {
    boolean real = fold.body().type() == Type.FLOAT;
    int[] place = {-1};
    float[] most = {0};
    int[] mostWhole = {0};
    forEach(
        fold,
        index -> {
          if (real) {
            float value = real(fold.body());
            if (place[0] < 0 || LoopSupport.isGreater(value, most[0])) {
              most[0] = value;
              place[0] = index;
            }
          } else {
            int value = whole(fold.body());
            if (place[0] < 0 || value > mostWhole[0]) {
              mostWhole[0] = value;
              place[0] = index;
            }
          }
          return true;
        });
    return place[0] >= 0 ? place[0] : whole(fold.otherwise().orElseThrow(() -> overNothing(fold)));
  }

  private boolean truthFold(Scalar.Fold fold) {
    boolean decisive = fold.op() == FoldOp.ANY;
    boolean[] found = {false};
    forEach(
        fold,
        _ -> {
          found[0] = truth(fold.body()) == decisive;
          return !found[0];
        });
    return found[0] == decisive;
  }

  private static ArithmeticException overNothing(Scalar.Fold fold) {
    return LoopSupport.overNothing(fold.op().name());
  }
}
