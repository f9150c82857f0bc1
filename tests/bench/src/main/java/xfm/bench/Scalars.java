package xfm.bench;

import xfm.runtime.fuse.BinaryOp;
import xfm.runtime.fuse.Elem;
import xfm.runtime.fuse.Scalar;
import xfm.runtime.fuse.UnaryOp;

/** What the loops of benchmarks are written in. */
final class Scalars {
  private Scalars() {}

  static Scalar load(int slot, Scalar at) {
    return new Scalar.Load(slot, Elem.F32, at);
  }

  static Scalar axis(int depth) {
    return new Scalar.Axis(depth);
  }

  static Scalar real(float value) {
    return new Scalar.FloatConst(value);
  }

  static Scalar whole(int value) {
    return new Scalar.IntConst(value);
  }

  static Scalar plus(Scalar a, Scalar b) {
    return new Scalar.Binary(BinaryOp.ADD, a, b);
  }

  static Scalar minus(Scalar a, Scalar b) {
    return new Scalar.Binary(BinaryOp.SUB, a, b);
  }

  static Scalar times(Scalar a, Scalar b) {
    return new Scalar.Binary(BinaryOp.MUL, a, b);
  }

  static Scalar over(Scalar a, Scalar b) {
    return new Scalar.Binary(BinaryOp.DIV, a, b);
  }

  static Scalar unary(UnaryOp op, Scalar a) {
    return new Scalar.Unary(op, a);
  }
}
