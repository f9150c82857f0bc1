package xfm.runtime.fuse;

/**
 * How an element of a slot is stored; a {@code BOOL} is a byte, stored as 0 or 1, true unless 0.
 */
public enum Elem {
  F32(Scalar.Type.FLOAT),
  I32(Scalar.Type.INT),
  BOOL(Scalar.Type.BOOL);

  private final Scalar.Type type;

  Elem(Scalar.Type type) {
    this.type = type;
  }

  /** The type of its value. */
  public Scalar.Type type() {
    return type;
  }
}
