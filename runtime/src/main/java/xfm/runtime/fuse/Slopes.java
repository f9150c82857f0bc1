package xfm.runtime.fuse;

import java.util.HashMap;
import java.util.Map;

/**
 * By how much a whole number mostly grows from lane to lane, where steps and bounds are rare: by 1
 * for {@code clamp(j - i, -16, 16)} and {@code j % 40}, by 0 for {@code j // 40}.
 */
final class Slopes {
  private static final long UNKNOWN = Long.MIN_VALUE;

  private final int axis;
  private final int lanes;
  private final Map<Node, Long> known = new HashMap<>();

  Slopes(int axis, int lanes) {
    this.axis = axis;
    this.lanes = lanes;
  }

  /** Whether what lies at an offset is mostly beside what the lane before loads, or the same. */
  boolean isMostlyEven(Node offset) {
    long slope = of(offset);
    return slope >= -1 && slope <= 1;
  }

  /** The slope; one of {@code Long.MIN_VALUE} is not known. */
  long of(Node node) {
    if (!VectorPlan.varies(node, axis)) {
      return 0;
    }
    Long slope = known.get(node);
    if (slope == null) {
      slope = newSlope(node);
      known.put(node, slope);
    }
    return slope;
  }

  private long newSlope(Node node) {
    return switch (node.code) {
      case Code.AxisAt _ -> 1;
      case Code.Widen() -> of(node.in.getFirst());
      case Code.Apply(UnaryOp op) ->
          switch (op) {
            case NEG -> times(of(node.in.getFirst()), -1);
            case ABS -> of(node.in.getFirst());
            // A quotient of floats, rounded down.
            case FLOOR -> 0;
            case EXP, LOG, SQRT, SIN, COS, TANH, ERF, TO_FLOAT, NOT -> UNKNOWN;
          };
      case Code.Combine(BinaryOp op) -> slope(node, op);
      case Code.FloatValue _,
          Code.IntValue _,
          Code.LongValue _,
          Code.BoolValue _,
          Code.ParamAt _,
          Code.Element _,
          Code.Test _,
          Code.Choose _,
          Code.Reduce _ ->
          UNKNOWN;
    };
  }

  private long slope(Node node, BinaryOp op) {
    long a = of(node.in.get(0));
    long b = of(node.in.get(1));
    if (a == UNKNOWN || b == UNKNOWN) {
      return UNKNOWN;
    }
    return switch (op) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a == 0 ? times(b, node.in.get(0)) : b == 0 ? times(a, node.in.get(1)) : UNKNOWN;
      case MIN, MAX -> a == 0 ? b : b == 0 || a == b ? a : UNKNOWN;
      case FLOOR_DIV -> b == 0 && isWide(node.in.get(1)) ? 0 : UNKNOWN;
      case FLOOR_MOD -> b == 0 && isWide(node.in.get(1)) ? a : UNKNOWN;
      case DIV, POW, AND, OR -> UNKNOWN;
    };
  }

  private static long times(long slope, Node by) {
    return slope == 0
        ? 0
        : switch (by.code) {
          case Code.IntValue(int v) -> times(slope, v);
          case Code.LongValue(long v) -> times(slope, v);
          default -> UNKNOWN;
        };
  }

  private static long times(long slope, long by) {
    return slope == UNKNOWN ? UNKNOWN : slope * by;
  }

  private boolean isWide(Node divisor) {
    return !(divisor.code instanceof Code.IntValue(int v)) || v >= 2 * lanes;
  }
}
