package xfm.compiler.ir;

import java.util.List;
import java.util.Optional;

/**
 * A scalar expression of an equation, with every implicit sum made explicit and every function
 * inlined. Integers are {@link Poly polynomials}; a subscript is any integer that is proved in
 * range (or guarded by {@link Read#otherwise}).
 */
public sealed interface Term {

  enum Kind {
    FLOAT,
    INT,
    BOOL
  }

  Kind kind();

  /** A float that is known. */
  record Number(double value) implements Term {
    @Override
    public Kind kind() {
      return Kind.FLOAT;
    }
  }

  /** An integer: known, of lengths, of indices, or of data. */
  record Int(Poly value) implements Term {
    public static Int of(long value) {
      return new Int(Poly.of(value));
    }

    @Override
    public Kind kind() {
      return Kind.INT;
    }
  }

  record Truth(boolean value) implements Term {
    @Override
    public Kind kind() {
      return Kind.BOOL;
    }
  }

  /**
   * One element of a value. With {@code otherwise}, that is the result where a subscript is outside
   * its axis.
   */
  record Read(Value value, List<Term> at, Optional<Term> otherwise) implements Term {
    public Read {
      at = List.copyOf(at);
    }

    @Override
    public Kind kind() {
      return value.kind();
    }
  }

  enum UnaryOp {
    NEGATE("-"),
    ABS("abs"),
    EXP("exp"),
    LOG("log"),
    SQRT("sqrt"),
    SIN("sin"),
    COS("cos"),
    TANH("tanh"),
    ERF("erf"),
    /** float to int */
    FLOOR("floor"),
    /** int to float */
    FLOAT("float"),
    NOT("not");

    public final String word;

    UnaryOp(String word) {
      this.word = word;
    }
  }

  /** Of a float (a bool for NOT, an int for FLOAT); integer arithmetic is in {@link Poly}. */
  record Unary(UnaryOp op, Term a) implements Term {
    @Override
    public Kind kind() {
      return switch (op) {
        case FLOOR -> Kind.INT;
        case NOT -> Kind.BOOL;
        case NEGATE, ABS, EXP, LOG, SQRT, SIN, COS, TANH, ERF, FLOAT -> Kind.FLOAT;
      };
    }
  }

  enum BinaryOp {
    ADD("+"),
    SUBTRACT("-"),
    MULTIPLY("*"),
    DIVIDE("/"),
    POWER("**"),
    MIN("min"),
    MAX("max"),
    EQUAL("=="),
    UNEQUAL("!="),
    LESS("<"),
    LESS_EQUAL("<="),
    AND("and"),
    OR("or");

    public final String word;

    BinaryOp(String word) {
      this.word = word;
    }
  }

  /**
   * Of two floats; comparisons also of two ints (or bools, for equality); AND and OR of bools, the
   * right one looked at only where the left one does not decide.
   */
  record Binary(BinaryOp op, Term a, Term b) implements Term {
    @Override
    public Kind kind() {
      return switch (op) {
        case ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, MIN, MAX -> Kind.FLOAT;
        case EQUAL, UNEQUAL, LESS, LESS_EQUAL, AND, OR -> Kind.BOOL;
      };
    }
  }

  /** Only the chosen side is evaluated: the other may read outside a range. */
  record Choose(Term condition, Term then, Term otherwise) implements Term {
    @Override
    public Kind kind() {
      return then.kind();
    }
  }

  enum ReduceOp {
    SUM("sum"),
    MEAN("mean"),
    MAX("max"),
    MIN("min"),
    ARGMAX("argmax"),
    LOGSUMEXP("logsumexp"),
    ANY("any"),
    ALL("all");

    public final String word;

    ReduceOp(String word) {
      this.word = word;
    }
  }

  /** Binds its indices. {@code otherwise} is the value over nothing of MAX, MIN and ARGMAX. */
  record Reduce(
      ReduceOp op, List<Atom.Index> over, Term body, Optional<Term> where, Optional<Term> otherwise)
      implements Term {
    public Reduce {
      over = List.copyOf(over);
    }

    @Override
    public Kind kind() {
      return switch (op) {
        case SUM, MEAN, MAX, MIN, LOGSUMEXP -> Kind.FLOAT;
        case ARGMAX -> Kind.INT;
        case ANY, ALL -> Kind.BOOL;
      };
    }
  }

  enum ScanOp {
    SOFTMAX("softmax"),
    CUMSUM("cumsum"),
    /**
     * How many places come before this one, by falling value, the lower place first of equals; NaN
     * counts as the greatest. Where the condition leaves a place out, the size of the index.
     */
    RANK("rank");

    public final String word;

    ScanOp(String word) {
      this.word = word;
    }
  }

  /**
   * A value at each place of the index {@code over}, which stays free: at the place where {@code
   * over} stands now. {@code body} and {@code where} are looked at for all its places.
   */
  record Along(ScanOp op, Atom.Index over, Term body, Optional<Term> where) implements Term {
    @Override
    public Kind kind() {
      return switch (op) {
        case SOFTMAX, CUMSUM -> Kind.FLOAT;
        case RANK -> Kind.INT;
      };
    }
  }

  /**
   * Something of a kind that nothing more is known of: the result of a function parameter while a
   * block is checked as it stands. Never in a graph that runs.
   */
  record Unknown(Kind kind, String what) implements Term {}
}
