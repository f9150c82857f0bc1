package xfm.compiler.ir;

/** An integer that a {@link Poly} does not look into, or knows only some facts of. */
public sealed interface Atom {

  /** A length, or in a symbolic check a size, that is a number only later. Identity counts. */
  final class Symbol implements Atom {
    private final String name;

    public Symbol(String name) {
      this.name = name;
    }

    public String name() {
      return name;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * An index of an equation or of a reduction: runs over {@code 0 .. size - 1}. Identity counts.
   */
  final class Index implements Atom {
    private final String name;
    private final Poly size;

    public Index(String name, Poly size) {
      this.name = name;
      this.size = size;
    }

    public String name() {
      return name;
    }

    public Poly size() {
      return size;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** {@code a // b}, the floor. */
  record Quotient(Poly a, Poly b) implements Atom {}

  /** {@code a % b}, with the sign of {@code b}. */
  record Remainder(Poly a, Poly b) implements Atom {}

  record Least(Poly a, Poly b) implements Atom {}

  record Greatest(Poly a, Poly b) implements Atom {}

  /**
   * An integer that only data or a float tells: {@code tokens[i]}, {@code floor(z)}. Polynomials
   * ask for its hash at every step, and terms share their parts: walked as a tree, thirty functions
   * in each other that use their argument twice would take for ever. So it is worked out once.
   */
  final class Data implements Atom {
    private final Term value;
    private final int hash;

    public Data(Term value) {
      this.value = value;
      this.hash = value.hashCode();
    }

    public Term value() {
      return value;
    }

    @Override
    public boolean equals(Object other) {
      return this == other
          || other instanceof Data data && hash == data.hash && value.equals(data.value);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public String toString() {
      return "data";
    }
  }
}
