package xfm.runtime.fuse;

/** What single operations cost, in about cycles: enough to tell which form of a loop is quicker. */
final class Cycles {
  private Cycles() {}

  /** Of one value, or of a vector of so many; its inputs are there. */
  static double of(Code code, int lanes) {
    // Functions that pass through double take two vectors for one.
    double wide = lanes > 1 ? 2 : 1;
    return switch (code) {
      case Code.FloatValue _, Code.IntValue _, Code.LongValue _, Code.BoolValue _ -> 0;
      case Code.AxisAt _, Code.ParamAt _, Code.Widen _ -> 0;
      case Code.Element _ -> 1;
      case Code.Apply(UnaryOp op) ->
          switch (op) {
            case NEG, ABS, TO_FLOAT, NOT -> 1;
            case FLOOR -> 5;
            case SQRT -> 6;
            case EXP -> 20;
            case TANH -> 24;
            case ERF -> 30;
            case LOG -> 20 * wide;
            case SIN, COS -> 22 * wide;
          };
      case Code.Combine(BinaryOp op) ->
          switch (op) {
            case ADD, SUB, MUL, AND, OR -> 1;
            case DIV -> 4;
            case MIN, MAX -> 5;
            case FLOOR_DIV, FLOOR_MOD -> 20;
            case POW -> 40 * wide;
          };
      case Code.Test _, Code.Choose _ -> 1;
      case Code.Reduce _ -> 4;
    };
  }
}
