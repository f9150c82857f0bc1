package xfm.compiler.rewrite;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Terms;

/**
 * A sum of terms, each some times, in which equal ones meet and cancel.
 *
 * @param parts by a text that is the same for equal terms
 */
record Linear(SequencedMap<String, Part> parts) {
  static final Linear ZERO = new Linear(new LinkedHashMap<>());

  /** What numbers stand under: no text of a term is empty. */
  private static final String NUMBER = "";

  /** A term, and how often. */
  record Part(Term term, double times) {}

  static Linear of(String name, Term term) {
    return of(name, term, 1);
  }

  /** A number. */
  static Linear of(double number) {
    return of(NUMBER, Terms.number(1), number);
  }

  private static Linear of(String name, Term term, double times) {
    SequencedMap<String, Part> parts = new LinkedHashMap<>();
    if (times != 0) {
      parts.put(name, new Part(term, times));
    }
    return new Linear(parts);
  }

  boolean has(String name) {
    return parts.containsKey(name);
  }

  /** How often a part stands in it. */
  double times(String name) {
    return has(name) ? parts.get(name).times() : 0;
  }

  Linear times(double by) {
    return ZERO.plus(this, by);
  }

  Linear minus(Linear other) {
    return plus(other, -1);
  }

  Linear plus(Linear other, double times) {
    SequencedMap<String, Part> sum = new LinkedHashMap<>(parts);
    other.parts.forEach((name, part) -> {
      double all = part.times() * times + (sum.containsKey(name) ? sum.get(name).times() : 0);
      sum.put(name, new Part(part.term(), all));
    });
    sum.values().removeIf(part -> part.times() == 0);
    return new Linear(sum);
  }

  /** The sum with another in place of a part. */
  Linear with(String name, Linear instead) {
    return without(name).plus(instead, times(name));
  }

  Linear without(String name) {
    SequencedMap<String, Part> rest = new LinkedHashMap<>(parts);
    rest.remove(name);
    return new Linear(rest);
  }

  Term term() {
    Term sum = Terms.number(0);
    for (Part part : parts.values()) {
      double times = part.times();
      Term term =
          part.term() instanceof Term.Number
              ? Terms.number(Math.abs(times))
              : Terms.arithmetic(BinaryOp.MULTIPLY, part.term(), Terms.number(Math.abs(times)));
      boolean first = sum instanceof Term.Number(double zero) && zero == 0;
      sum =
          first && times < 0
              ? Terms.negate(term)
              : Terms.arithmetic(times < 0 ? BinaryOp.SUBTRACT : BinaryOp.ADD, sum, term);
    }
    return sum;
  }
}
