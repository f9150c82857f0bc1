package xfm.runtime.fuse;

import java.lang.classfile.TypeKind;
import java.util.BitSet;
import java.util.List;

/** A value of a {@link Graph}: equal values are one node. */
final class Node {
  /** Its place in the graph; inputs come before it. */
  final int id;

  final Code code;
  final List<Node> in;
  final TypeKind kind;

  /** The axes on which it depends, one bit each. */
  final long axes;

  /** Whether computing it without need is harmless: it cannot fail and has no loop. */
  final boolean safe;

  /** Whether it is harmless once loads beyond the ends of their memory give anything. */
  final boolean safeBesideLoads;

  /** Whether it has a loop in it. */
  final boolean loops;

  /** Ids of what is always computed when it is, and valid outside of it; itself among them. */
  final BitSet sure;

  /** How many inputs and roots it is. */
  int uses;

  /**
   * @param earlier the nodes of the graph with lower ids
   */
  Node(int id, Code code, List<Node> in, TypeKind kind, List<Node> earlier) {
    this.id = id;
    this.code = code;
    this.in = in;
    this.kind = kind;
    this.axes = axesOf(code, in);
    this.safe = in.stream().allMatch(a -> a.safe) && isSafe(code, in, false);
    this.safeBesideLoads = in.stream().allMatch(a -> a.safeBesideLoads) && isSafe(code, in, true);
    this.loops = code instanceof Code.Reduce || in.stream().anyMatch(a -> a.loops);
    this.sure = sureOf(id, code, in, earlier);
  }

  /** The axis that an input has and this node has not, as a bit; 0 if there is none. */
  long bound(int input) {
    return code instanceof Code.Reduce r && (input == 1 || input == 2 && r.where())
        ? 1L << r.axis()
        : 0;
  }

  /** The number of axes that must have a value: one more than the innermost it depends on. */
  int depth() {
    return Long.SIZE - Long.numberOfLeadingZeros(axes);
  }

  boolean isConstant() {
    return switch (code) {
      case Code.FloatValue _, Code.IntValue _, Code.LongValue _, Code.BoolValue _ -> true;
      case Code.AxisAt _, Code.ParamAt _, Code.Element _, Code.Apply _, Code.Widen _ -> false;
      case Code.Combine _, Code.Test _, Code.Choose _, Code.Reduce _ -> false;
    };
  }

  /** Whether it is put in a local even if used once: loops need an empty operand stack. */
  boolean isStatement() {
    return code instanceof Code.Reduce || code instanceof Code.Choose && loops;
  }

  private static long axesOf(Code code, List<Node> in) {
    long axes = 0;
    for (Node a : in) {
      axes |= a.axes;
    }
    return switch (code) {
      case Code.AxisAt(int axis) -> 1L << axis;
      case Code.Reduce r -> axes & ~(1L << r.axis());
      case Code.FloatValue _, Code.IntValue _, Code.LongValue _, Code.BoolValue _ -> 0;
      case Code.ParamAt _, Code.Element _, Code.Apply _, Code.Widen _ -> axes;
      case Code.Combine _, Code.Test _, Code.Choose _ -> axes;
    };
  }

  private static boolean isSafe(Code code, List<Node> in, boolean loads) {
    return switch (code) {
      case Code.Element _ -> loads;
      case Code.Reduce _ -> false;
      case Code.Combine(BinaryOp op) -> !mayThrow(op, in.get(1));
      case Code.FloatValue _, Code.IntValue _, Code.LongValue _, Code.BoolValue _ -> true;
      case Code.AxisAt _, Code.ParamAt _, Code.Apply _, Code.Widen _ -> true;
      case Code.Test _, Code.Choose _ -> true;
    };
  }

  private static boolean mayThrow(BinaryOp op, Node right) {
    return switch (op) {
      case FLOOR_DIV, FLOOR_MOD -> !isNeverZero(right);
      case POW ->
          right.kind == TypeKind.INT && !(right.code instanceof Code.IntValue(int v) && v >= 0);
      case ADD, SUB, MUL, DIV, MIN, MAX, AND, OR -> false;
    };
  }

  /** A number other than 0, or the maximum of something and a number above it. */
  private static boolean isNeverZero(Node divisor) {
    return divisor.code instanceof Code.IntValue(int v) && v != 0
        || divisor.code instanceof Code.Combine(BinaryOp op)
            && op == BinaryOp.MAX
            && divisor.in.stream().anyMatch(a -> a.code instanceof Code.IntValue(int v) && v > 0);
  }

  private static BitSet sureOf(int id, Code code, List<Node> in, List<Node> earlier) {
    BitSet sure = new BitSet(id + 1);
    switch (code) {
      case Code.Choose _ -> {
        sure.or(in.get(1).sure);
        sure.and(in.get(2).sure);
        sure.or(in.get(0).sure);
      }
      case Code.Reduce r -> {
        if (r.runs()) {
          Node first = r.where() ? in.get(2) : in.get(1);
          sure.or(first.sure);
          first.sure.stream()
              .filter(a -> (earlier.get(a).axes >>> r.axis() & 1) != 0)
              .forEach(sure::clear);
        }
        sure.or(in.get(0).sure);
      }
      case Code.FloatValue _, Code.IntValue _, Code.LongValue _, Code.BoolValue _ -> {}
      case Code.AxisAt _,
          Code.ParamAt _,
          Code.Element _,
          Code.Apply _,
          Code.Widen _,
          Code.Combine _,
          Code.Test _ ->
          in.forEach(a -> sure.or(a.sure));
    }
    sure.set(id);
    return sure;
  }
}
