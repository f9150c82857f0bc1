package xfm.runtime.fuse;

import static xfm.runtime.fuse.Build.add;
import static xfm.runtime.fuse.Build.axis;
import static xfm.runtime.fuse.Build.binary;
import static xfm.runtime.fuse.Build.compare;
import static xfm.runtime.fuse.Build.mul;
import static xfm.runtime.fuse.Build.param;
import static xfm.runtime.fuse.Build.select;
import static xfm.runtime.fuse.Build.unary;
import static xfm.runtime.fuse.Build.whole;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import xfm.runtime.fuse.Scalar.Type;

/**
 * Loop nests drawn from a seed: every operation, element kind and fold, with shared parts, ranks
 * and running sums, alone and within other folds, and loads that are in range only where a
 * condition holds. None of them fails at run time.
 *
 * <p>Slot 0 is stored; slots 1, 2 and 3 hold {@link #SIZE} floats, ints and bools. Parameters 0 to
 * 2 are extents of axes (perhaps 0), 3 and 4 other lengths (3 is not 0).
 */
final class RandomNests {
  static final int SIZE = 256;

  private final Random random;
  private final List<Scalar> made = new ArrayList<>();
  private int axes;
  private int depth;
  private int folds;

  RandomNests(long seed) {
    random = new Random(seed);
  }

  LoopNest next() {
    return next(random.nextInt(4));
  }

  LoopNest next(int axes) {
    this.axes = axes;
    depth = axes;
    Scalar body = make(Type.values()[random.nextInt(3)], 2 + random.nextInt(4));
    boolean turned = axes > 1 && random.nextInt(4) == 0;
    return turned ? Build.turned(axes, 0, body) : Build.nest(axes, 0, body);
  }

  /**
   * A float of so many operations over two axes of which the second has {@code param(1)} places,
   * and slots 1 and 2 as many elements as both; a dozen values are alive at a time. As a tree,
   * which the interpreter takes it for, it stays below a hundred thousand operations.
   */
  static Scalar large(int operations, long seed) {
    Random random = new Random(seed);
    Scalar place = add(mul(axis(0), param(1)), axis(1));
    List<Scalar> alive = new ArrayList<>();
    int[] sizes = new int[12];
    for (int k = 0; k < sizes.length; k++) {
      alive.add(mul(Build.load(1 + k % 2, place), Build.real(k)));
      sizes[k] = 1;
    }
    for (int k = 0; k < operations; k++) {
      int at = random.nextInt(sizes.length);
      int other = random.nextInt(sizes.length);
      boolean isSmall = sizes[at] + sizes[other] < 2_000;
      Scalar a = alive.get(at);
      Scalar b = isSmall ? alive.get(other) : Build.load(1, place);
      sizes[at] += isSmall ? 2 * sizes[other] : 1;
      alive.set(at, next(random.nextInt(12), a, b, place));
    }
    Scalar sum = alive.getFirst();
    for (Scalar one : alive) {
      sum = add(sum, one);
    }
    return select(compare(CompareOp.LE, axis(1), whole(270)), sum, Build.real(0));
  }

  private static Scalar next(int choice, Scalar a, Scalar b, Scalar place) {
    return switch (choice) {
      case 0 -> add(unary(UnaryOp.TANH, a), b);
      case 1 -> mul(b, unary(UnaryOp.EXP, unary(UnaryOp.NEG, unary(UnaryOp.ABS, a))));
      case 2 -> add(b, unary(UnaryOp.LOG, add(Build.real(2), unary(UnaryOp.ABS, a))));
      case 3 -> select(compare(CompareOp.LT, b, Build.real(0)), a, Build.load(1, place));
      case 4 -> select(compare(CompareOp.LE, axis(1), axis(0)), mul(a, Build.real(0.5f)), b);
      case 5 -> binary(BinaryOp.MAX, a, b);
      case 6 -> add(binary(BinaryOp.POW, unary(UnaryOp.ABS, b), Build.real(1.3f)), a);
      case 7 -> select(compare(CompareOp.LT, a, b), unary(UnaryOp.SIN, a), unary(UnaryOp.COS, b));
      case 8 -> mul(a, add(b, Build.real(0.25f)));
      default -> binary(BinaryOp.SUB, mul(a, Build.real(0.5f)), b);
    };
  }

  private Scalar make(Type type, int budget) {
    // Parts are shared only at the depth where they were made: their axes are those in scope.
    if (folds == 0 && random.nextInt(6) == 0) {
      for (Scalar s : made) {
        if (s.type() == type && random.nextBoolean()) {
          return s;
        }
      }
    }
    Scalar s = budget <= 0 ? leaf(type) : node(type, budget - 1);
    if (folds == 0) {
      made.add(random.nextInt(made.size() + 1), s);
    }
    return s;
  }

  private Scalar leaf(Type type) {
    return switch (type) {
      case FLOAT ->
          switch (random.nextInt(6)) {
            case 0 -> Build.real(random.nextInt(5) - 2);
            case 1 -> Build.real(SPECIAL[random.nextInt(SPECIAL.length)]);
            default -> element(Elem.F32, 0);
          };
      case INT ->
          switch (random.nextInt(6)) {
            case 0 -> whole(random.nextInt(9) - 4);
            case 1 -> param(random.nextInt(5));
            case 2 -> element(Elem.I32, 0);
            default -> depth == 0 ? param(3) : axis(random.nextInt(depth));
          };
      case BOOL ->
          random.nextInt(4) == 0
              ? new Scalar.BoolConst(random.nextBoolean())
              : element(Elem.BOOL, 0);
    };
  }

  private static final float[] SPECIAL = {
    -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e-40f, 3e38f, 0.5f
  };

  /** A load that is in range: by its remainder, or under a condition. */
  private Scalar element(Elem elem, int budget) {
    int slot = 1 + elem.ordinal();
    if (depth > 0 && random.nextBoolean()) {
      // Neighbours along an axis, every second element, or backwards; the axes are shorter than 64.
      Scalar at = axis(random.nextInt(depth));
      Scalar first =
          switch (random.nextInt(6)) {
            case 0 -> add(mul(whole(2), at), whole(random.nextInt(20)));
            case 1 -> binary(BinaryOp.SUB, whole(64 + random.nextInt(20)), at);
            default -> add(at, whole(random.nextInt(20)));
          };
      Scalar place = random.nextBoolean() ? first : add(first, mul(axis(0), whole(2)));
      return new Scalar.Load(slot, elem, place);
    }
    Scalar offset = make(Type.INT, budget);
    if (random.nextBoolean()) {
      offset = add(mul(offset, param(3)), make(Type.INT, 0));
    }
    if (random.nextBoolean()) {
      return new Scalar.Load(slot, elem, binary(BinaryOp.FLOOR_MOD, offset, whole(SIZE)));
    }
    // Bound before the comparison in 32 bits and the load in 64 could differ.
    Scalar small = binary(BinaryOp.FLOOR_MOD, offset, whole(3 * SIZE));
    Scalar shifted = binary(BinaryOp.SUB, small, whole(SIZE));
    Scalar within =
        binary(
            BinaryOp.AND,
            compare(CompareOp.GE, shifted, whole(0)),
            compare(CompareOp.LT, shifted, whole(SIZE)));
    return select(within, new Scalar.Load(slot, elem, shifted), make(elem.type(), 0));
  }

  private Scalar node(Type type, int budget) {
    int choice = random.nextInt(10);
    if (choice == 0) {
      return select(make(Type.BOOL, budget), make(type, budget), make(type, budget));
    }
    if (choice <= 2 && folds < 3) {
      return fold(type, budget);
    }
    if (choice == 3) {
      return element(Elem.values()[type.ordinal()], Math.min(budget, 2));
    }
    return switch (type) {
      case FLOAT -> choice <= 5 ? realUnary(budget) : realBinary(budget);
      case INT -> choice <= 5 ? wholeUnary(budget) : wholeBinary(budget);
      case BOOL -> choice <= 6 ? comparison(budget) : logic(budget);
    };
  }

  private Scalar realUnary(int budget) {
    UnaryOp[] ops = {
      UnaryOp.NEG,
      UnaryOp.ABS,
      UnaryOp.EXP,
      UnaryOp.LOG,
      UnaryOp.SQRT,
      UnaryOp.SIN,
      UnaryOp.COS,
      UnaryOp.TANH,
      UnaryOp.ERF
    };
    int k = random.nextInt(ops.length + 1);
    return k == ops.length
        ? unary(UnaryOp.TO_FLOAT, make(Type.INT, budget))
        : unary(ops[k], make(Type.FLOAT, budget));
  }

  private Scalar realBinary(int budget) {
    BinaryOp[] ops = {
      BinaryOp.ADD,
      BinaryOp.SUB,
      BinaryOp.MUL,
      BinaryOp.DIV,
      BinaryOp.POW,
      BinaryOp.MIN,
      BinaryOp.MAX
    };
    Scalar a = make(Type.FLOAT, budget);
    return binary(ops[random.nextInt(ops.length)], a, make(Type.FLOAT, budget));
  }

  private Scalar wholeUnary(int budget) {
    return switch (random.nextInt(3)) {
      case 0 -> unary(UnaryOp.NEG, make(Type.INT, budget));
      case 1 -> unary(UnaryOp.ABS, make(Type.INT, budget));
      default -> unary(UnaryOp.FLOOR, make(Type.FLOAT, budget));
    };
  }

  private Scalar wholeBinary(int budget) {
    Scalar a = make(Type.INT, budget);
    Scalar divisor = random.nextBoolean() ? param(3) : whole(DIVISORS[random.nextInt(6)]);
    return switch (random.nextInt(8)) {
      case 0 -> binary(BinaryOp.FLOOR_DIV, a, divisor);
      case 1 -> binary(BinaryOp.FLOOR_MOD, a, divisor);
      case 2 -> binary(BinaryOp.POW, a, binary(BinaryOp.FLOOR_MOD, make(Type.INT, 0), whole(5)));
      case 3 -> binary(BinaryOp.MIN, a, make(Type.INT, budget));
      case 4 -> binary(BinaryOp.MAX, a, make(Type.INT, budget));
      case 5 -> mul(a, make(Type.INT, budget));
      case 6 -> binary(BinaryOp.SUB, a, make(Type.INT, budget));
      default -> add(a, make(Type.INT, budget));
    };
  }

  private static final int[] DIVISORS = {1, 2, 8, 3, -2, -5};

  private Scalar comparison(int budget) {
    CompareOp op = CompareOp.values()[random.nextInt(6)];
    Type type = random.nextBoolean() ? Type.FLOAT : Type.INT;
    return compare(op, make(type, budget), make(type, budget));
  }

  private Scalar logic(int budget) {
    return switch (random.nextInt(3)) {
      case 0 -> unary(UnaryOp.NOT, make(Type.BOOL, budget));
      case 1 -> binary(BinaryOp.AND, make(Type.BOOL, budget), make(Type.BOOL, budget));
      default -> binary(BinaryOp.OR, make(Type.BOOL, budget), make(Type.BOOL, budget));
    };
  }

  private Scalar fold(Type type, int budget) {
    if (type == Type.FLOAT && axes > 0 && random.nextInt(3) == 0) {
      return upTo(budget);
    }
    FoldOp[] ops =
        switch (type) {
          case FLOAT ->
              new FoldOp[] {FoldOp.SUM, FoldOp.MEAN, FoldOp.MAX, FoldOp.MIN, FoldOp.LOGSUMEXP};
          case INT -> new FoldOp[] {FoldOp.SUM, FoldOp.MAX, FoldOp.MIN, FoldOp.ARGMAX};
          case BOOL -> new FoldOp[] {FoldOp.ANY, FoldOp.ALL};
        };
    FoldOp op = ops[random.nextInt(ops.length)];
    Scalar extent =
        switch (random.nextInt(4)) {
          case 0 -> whole(random.nextInt(5));
          case 1 -> binary(BinaryOp.FLOOR_MOD, make(Type.INT, Math.min(budget, 1)), whole(6));
          default -> param(random.nextInt(5));
        };
    Optional<Scalar> otherwise =
        op.needsOtherwise() ? Optional.of(make(type, Math.min(budget, 1))) : Optional.empty();
    depth++;
    folds++;
    Type bodyType = op == FoldOp.ARGMAX && random.nextBoolean() ? Type.FLOAT : type;
    Scalar body = make(bodyType, budget);
    Optional<Scalar> where =
        random.nextInt(3) == 0 ? Optional.of(make(Type.BOOL, budget)) : Optional.empty();
    depth--;
    folds--;
    return new Scalar.Fold(op, extent, body, where, otherwise);
  }

  /**
   * A sum or mean up to the place of the innermost axis of the nest, or a count of what ranks
   * before it.
   */
  private Scalar upTo(int budget) {
    boolean ranks = random.nextBoolean();
    Scalar last = axis(axes - 1);
    Scalar own = axis(depth);
    Scalar few = whole(random.nextInt(40));
    Scalar extent = ranks || random.nextBoolean() ? param(random.nextInt(5)) : few;
    // Of a row along an axis around it, perhaps that of a fold.
    Scalar row = mul(whole(1 + random.nextInt(5)), axis(random.nextInt(depth)));
    depth++;
    folds++;
    Scalar x = load(row, last);
    Scalar y = load(row, own);
    Scalar equal = compare(CompareOp.EQ, x, y);
    Scalar lower = compare(CompareOp.LT, own, last);
    Scalar before =
        binary(BinaryOp.OR, compare(CompareOp.LT, x, y), binary(BinaryOp.AND, equal, lower));
    Scalar condition = ranks ? before : compare(CompareOp.LE, own, last);
    Scalar value = random.nextBoolean() ? y : make(Type.FLOAT, budget - 1);
    Scalar where =
        switch (random.nextInt(6)) {
          case 0 -> binary(BinaryOp.AND, make(Type.BOOL, 1), condition);
          case 1 -> binary(BinaryOp.AND, condition, make(Type.BOOL, 1));
          default -> condition;
        };
    depth--;
    folds--;
    FoldOp op = !ranks && random.nextInt(4) == 0 ? FoldOp.MEAN : FoldOp.SUM;
    return Build.foldWhere(op, extent, ranks ? Build.real(1) : value, where);
  }

  private static Scalar load(Scalar row, Scalar place) {
    return Build.load(1, binary(BinaryOp.FLOOR_MOD, add(row, place), whole(SIZE)));
  }
}
