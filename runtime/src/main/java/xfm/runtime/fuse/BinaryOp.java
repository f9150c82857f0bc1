package xfm.runtime.fuse;

import xfm.runtime.fuse.Scalar.Type;

/** Functions of two values of one type, which is the result's. Ints wrap around. */
public enum BinaryOp {
  ADD,
  SUB,
  MUL,
  /** Of floats. */
  DIV,
  /** Of ints, rounded down. */
  FLOOR_DIV,
  /** Of ints; has the sign of the divisor. */
  FLOOR_MOD,
  POW,
  /** NaN if either is; −0 is below 0. */
  MIN,
  /** NaN if either is; −0 is below 0. */
  MAX,
  /** Of bools; the right side is evaluated only where the left is true. */
  AND,
  /** Of bools; the right side is evaluated only where the left is false. */
  OR;

  boolean accepts(Type a) {
    return switch (this) {
      case ADD, SUB, MUL, POW, MIN, MAX -> a != Type.BOOL;
      case DIV -> a == Type.FLOAT;
      case FLOOR_DIV, FLOOR_MOD -> a == Type.INT;
      case AND, OR -> a == Type.BOOL;
    };
  }
}
