package xfm.runtime.fuse;

import java.util.Optional;

/**
 * An expression for one element of a loop nest. Constructors throw {@link IllegalArgumentException}
 * on ill-typed operands.
 *
 * <p>Axes are counted from the outside: those of the nest first, then those of the enclosing folds.
 * So a fold inside one fold of a nest of two axes has axis 3.
 */
public sealed interface Scalar {
  /** The type of the value. */
  Type type();

  /** Types of scalars: float32, int32, bool. */
  enum Type {
    FLOAT,
    INT,
    BOOL;

    void require(Scalar a, String what) {
      if (a.type() != this) {
        throw new IllegalArgumentException(what + " must be " + this + ", not " + a.type());
      }
    }
  }

  record FloatConst(float value) implements Scalar {
    @Override
    public Type type() {
      return Type.FLOAT;
    }
  }

  record IntConst(int value) implements Scalar {
    @Override
    public Type type() {
      return Type.INT;
    }
  }

  record BoolConst(boolean value) implements Scalar {
    @Override
    public Type type() {
      return Type.BOOL;
    }
  }

  /** The current value of an axis, an int. */
  record Axis(int depth) implements Scalar {
    @Override
    public Type type() {
      return Type.INT;
    }
  }

  /** An int parameter of the run: a length, a stride. */
  record Param(int index) implements Scalar {
    @Override
    public Type type() {
      return Type.INT;
    }
  }

  /**
   * An element of a slot.
   *
   * @param offset in elements. Its sums, differences, negations and products are computed in 64
   *     bits down to the first operand of another kind, which is an int: {@code i * stride + e} may
   *     pass 2^31. Write the innermost stride as a constant where it is known.
   */
  record Load(int slot, Elem elem, Scalar offset) implements Scalar {
    public Load {
      Type.INT.require(offset, "the offset of a load");
    }

    @Override
    public Type type() {
      return elem.type();
    }
  }

  record Unary(UnaryOp op, Scalar a) implements Scalar {
    public Unary {
      if (!op.accepts(a.type())) {
        throw new IllegalArgumentException(op + " does not take " + a.type());
      }
    }

    @Override
    public Type type() {
      return op.result(a.type());
    }
  }

  record Binary(BinaryOp op, Scalar a, Scalar b) implements Scalar {
    public Binary {
      a.type().require(b, "the right side of " + op);
      if (!op.accepts(a.type())) {
        throw new IllegalArgumentException(op + " does not take " + a.type());
      }
    }

    @Override
    public Type type() {
      return a.type();
    }
  }

  record Compare(CompareOp op, Scalar a, Scalar b) implements Scalar {
    public Compare {
      a.type().require(b, "the right side of " + op);
      if (a.type() == Type.BOOL) {
        throw new IllegalArgumentException(op + " does not take BOOL");
      }
    }

    @Override
    public Type type() {
      return Type.BOOL;
    }
  }

  /** Evaluates only the branch taken: the other's loads may be out of range. */
  record Select(Scalar condition, Scalar then, Scalar otherwise) implements Scalar {
    public Select {
      Type.BOOL.require(condition, "a condition");
      then.type().require(otherwise, "the second branch of a select");
    }

    @Override
    public Type type() {
      return then.type();
    }
  }

  /**
   * A loop over one new axis.
   *
   * @param extent how often it runs; below 0 counts as 0
   * @param body evaluated only where {@code where} holds
   * @param otherwise the result over nothing, evaluated only then; only for {@code MAX}, {@code
   *     MIN} and {@code ARGMAX}, and to be left out there only if something is always left
   */
  record Fold(
      FoldOp op, Scalar extent, Scalar body, Optional<Scalar> where, Optional<Scalar> otherwise)
      implements Scalar {
    public Fold {
      Type.INT.require(extent, "the extent of a fold");
      if (!op.accepts(body.type())) {
        throw new IllegalArgumentException(op + " does not fold " + body.type());
      }
      where.ifPresent(w -> Type.BOOL.require(w, "the condition of a fold"));
      if (otherwise.isPresent() && !op.needsOtherwise()) {
        throw new IllegalArgumentException(op + " has a value of its own over nothing");
      }
      Type result = op.result(body.type());
      otherwise.ifPresent(o -> result.require(o, "the value of " + op + " over nothing"));
    }

    @Override
    public Type type() {
      return op.result(body.type());
    }
  }
}
