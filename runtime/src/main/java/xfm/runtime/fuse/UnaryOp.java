package xfm.runtime.fuse;

import xfm.runtime.fuse.Scalar.Type;

/** Functions of one value; the elementary ones are those of {@link xfm.runtime.kernel.Maths}. */
public enum UnaryOp {
  /** Of a float or an int. */
  NEG,
  /** Of a float or an int. */
  ABS,
  EXP,
  LOG,
  SQRT,
  SIN,
  COS,
  TANH,
  ERF,
  /** Of a float, giving an int; held to the range of int, 0 for NaN. */
  FLOOR,
  /** Of an int, giving a float, rounded to nearest. */
  TO_FLOAT,
  /** Of a bool. */
  NOT;

  /** The type of the result. */
  Type result(Type a) {
    return switch (this) {
      case NEG, ABS -> a;
      case EXP, LOG, SQRT, SIN, COS, TANH, ERF, TO_FLOAT -> Type.FLOAT;
      case FLOOR -> Type.INT;
      case NOT -> Type.BOOL;
    };
  }

  boolean accepts(Type a) {
    return switch (this) {
      case NEG, ABS -> a != Type.BOOL;
      case EXP, LOG, SQRT, SIN, COS, TANH, ERF, FLOOR -> a == Type.FLOAT;
      case TO_FLOAT -> a == Type.INT;
      case NOT -> a == Type.BOOL;
    };
  }
}
