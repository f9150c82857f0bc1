package xfm.runtime.fuse;

/** How what lanes load lies in memory; see {@link Slopes} for what does so most of the time. */
final class Strides {
  static final long UNKNOWN = Long.MIN_VALUE;

  private Strides() {}

  /**
   * By how many elements an offset moves from lane to lane; {@link #UNKNOWN} if that is not known
   * or not the same for all lanes.
   */
  static long of(Node offset, int axis) {
    if (!VectorPlan.varies(offset, axis)) {
      return 0;
    }
    return switch (offset.code) {
      case Code.Widen() -> offset.in.getFirst().code instanceof Code.AxisAt ? 1 : UNKNOWN;
      case Code.Combine(BinaryOp op) when op == BinaryOp.ADD -> {
        long a = of(offset.in.get(0), axis);
        long b = of(offset.in.get(1), axis);
        yield a == UNKNOWN || b == UNKNOWN ? UNKNOWN : a + b;
      }
      case Code.Combine(BinaryOp op) when op == BinaryOp.MUL -> {
        // Constants stand first.
        long b = of(offset.in.get(1), axis);
        yield b != UNKNOWN && offset.in.get(0).code instanceof Code.LongValue(long a)
            ? a * b
            : UNKNOWN;
      }
      case Code.FloatValue _,
          Code.IntValue _,
          Code.LongValue _,
          Code.BoolValue _,
          Code.AxisAt _,
          Code.ParamAt _,
          Code.Element _,
          Code.Apply _,
          Code.Combine _,
          Code.Test _,
          Code.Choose _,
          Code.Reduce _ ->
          UNKNOWN;
    };
  }
}
