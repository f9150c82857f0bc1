package xfm.runtime.fuse;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Short names for scalars, so that a test reads like its equation. */
final class Build {
  private Build() {}

  static Scalar real(float v) {
    return new Scalar.FloatConst(v);
  }

  static Scalar whole(int v) {
    return new Scalar.IntConst(v);
  }

  static Scalar axis(int depth) {
    return new Scalar.Axis(depth);
  }

  static Scalar param(int p) {
    return new Scalar.Param(p);
  }

  static Scalar load(int slot, Scalar offset) {
    return new Scalar.Load(slot, Elem.F32, offset);
  }

  static Scalar unary(UnaryOp op, Scalar a) {
    return new Scalar.Unary(op, a);
  }

  static Scalar binary(BinaryOp op, Scalar a, Scalar b) {
    return new Scalar.Binary(op, a, b);
  }

  static Scalar add(Scalar a, Scalar b) {
    return binary(BinaryOp.ADD, a, b);
  }

  static Scalar sub(Scalar a, Scalar b) {
    return binary(BinaryOp.SUB, a, b);
  }

  static Scalar mul(Scalar a, Scalar b) {
    return binary(BinaryOp.MUL, a, b);
  }

  static Scalar div(Scalar a, Scalar b) {
    return binary(BinaryOp.DIV, a, b);
  }

  static Scalar compare(CompareOp op, Scalar a, Scalar b) {
    return new Scalar.Compare(op, a, b);
  }

  static Scalar select(Scalar c, Scalar a, Scalar b) {
    return new Scalar.Select(c, a, b);
  }

  static Scalar fold(FoldOp op, Scalar extent, Scalar body) {
    return new Scalar.Fold(op, extent, body, Optional.empty(), Optional.empty());
  }

  static Scalar foldWhere(FoldOp op, Scalar extent, Scalar body, Scalar where) {
    return new Scalar.Fold(op, extent, body, Optional.of(where), Optional.empty());
  }

  /** Axes whose extents are parameters 0, 1, …; a row-major store into a slot. */
  static LoopNest nest(int axes, int slot, Scalar body) {
    return nest(IntStream.range(0, axes).boxed().toList(), slot, body);
  }

  /** The same where the last axis is not the innermost one in memory but the one around it. */
  static LoopNest turned(int axes, int slot, Scalar body) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, axes).boxed().toList());
    Collections.swap(order, axes - 2, axes - 1);
    return nest(order, slot, body);
  }

  /**
   * @param order the axes as they lie in memory, outermost first
   */
  private static LoopNest nest(List<Integer> order, int slot, Scalar body) {
    List<Loop> loops = IntStream.range(0, order.size()).mapToObj(Loop::new).toList();
    Scalar offset = order.isEmpty() ? whole(0) : axis(order.getFirst());
    for (int k : order.subList(Math.min(1, order.size()), order.size())) {
      offset = add(mul(offset, param(k)), axis(k));
    }
    Elem elem =
        switch (body.type()) {
          case FLOAT -> Elem.F32;
          case INT -> Elem.I32;
          case BOOL -> Elem.BOOL;
        };
    return new LoopNest(loops, new Store(slot, elem, offset), body);
  }
}
