package xfm.compiler.print;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Term.UnaryOp;

/**
 * Scalars in the syntax of the language, so that reading the text gives the same term: parentheses
 * keep the tree, floats keep their bits, every sum is explicit and every index that is bound states
 * its size.
 *
 * @param live the names of the indices that are bound here
 */
record TermText(Naming naming, Map<Atom.Index, String> live) {

  /** How tightly a text holds together, loosest first; the order of the grammar. */
  private enum Level {
    IF,
    OR,
    AND,
    NOT,
    COMPARE,
    ADD,
    MULTIPLY,
    NEGATE,
    POWER,
    ATOM
  }

  private record Text(String text, Level level) {
    /** In parentheses if it holds together less than is needed. */
    String at(Level needed) {
      return level.compareTo(needed) < 0 ? "(" + text + ")" : text;
    }

    /** The same right of an operator, where a sign is set apart. */
    String right(Level needed) {
      return text.startsWith("-") ? "(" + text + ")" : at(needed);
    }
  }

  TermText(Naming naming) {
    this(naming, Map.of());
  }

  /** The same where these indices are bound as well. */
  TermText binding(List<Atom.Index> indices) {
    Map<Atom.Index, String> inner = new HashMap<>(live);
    List<String> taken = new ArrayList<>(live.values());
    for (Atom.Index index : indices) {
      String name = naming.bind(index, taken);
      inner.put(index, name);
      taken.add(name);
    }
    return new TermText(naming, inner);
  }

  /** {@code i: n, a: 48}: indices that were bound by {@link #binding}, with their sizes. */
  String binders(List<Atom.Index> indices) {
    StringJoiner text = new StringJoiner(", ", "[", "]");
    indices.forEach(index -> text.add(live.get(index) + ": " + poly(index.size())));
    return text.toString();
  }

  String term(Term term) {
    return of(term).text();
  }

  String poly(Poly poly) {
    return of(poly).text();
  }

  /** A float as a literal. */
  static String literal(double value) {
    return number(value).text();
  }

  private Text of(Term term) {
    return switch (term) {
      case Term.Number(double value) -> number(value);
      case Term.Int(Poly value) -> of(value);
      case Term.Truth(boolean value) -> atom(Boolean.toString(value));
      case Term.Read read -> read(read);
      case Term.Unary(UnaryOp op, Term a) -> unary(op, of(a));
      case Term.Binary(BinaryOp op, Term a, Term b) -> binary(op, of(a), of(b));
      case Term.Choose(Term condition, Term then, Term otherwise) ->
          new Text(
              "if "
                  + of(condition).at(Level.OR)
                  + " then "
                  + of(then).at(Level.OR)
                  + " else "
                  + of(otherwise).text(),
              Level.IF);
      case Term.Reduce(
              Term.ReduceOp op,
              List<Atom.Index> over,
              Term body,
              Optional<Term> where,
              Optional<Term> otherwise) -> {
        TermText inner = binding(over);
        yield atom(
            op.word
                + inner.binders(over)
                + "("
                + inner.of(body).at(Level.OR)
                + where.map(w -> " where " + inner.of(w).at(Level.OR)).orElse("")
                + otherwise.map(o -> " else " + of(o).at(Level.OR)).orElse("")
                + ")");
      }
      case Term.Along(Term.ScanOp op, Atom.Index over, Term body, Optional<Term> where) ->
          atom(
              op.word
                  + binders(List.of(over))
                  + "("
                  + of(body).at(Level.OR)
                  + where.map(w -> " where " + of(w).at(Level.OR)).orElse("")
                  + ")");
      case Term.Unknown(Term.Kind kind, String what) -> atom("<" + what + ">");
    };
  }

  private static Text atom(String text) {
    return new Text(text, Level.ATOM);
  }

  /** Reads back to the same bits. */
  private static Text number(double value) {
    if (Double.isNaN(value)) {
      return atom("log(-1.0)");
    }
    String text = Double.isInfinite(value) ? (value > 0 ? "inf" : "-inf") : Double.toString(value);
    String plain = text.replace(".0E", "E").replace('E', 'e');
    return new Text(plain, plain.startsWith("-") ? Level.NEGATE : Level.ATOM);
  }

  private Text read(Term.Read read) {
    StringJoiner text = new StringJoiner(", ", naming.value(read.value()) + "[", "]");
    read.at().forEach(at -> text.add(term(at)));
    return atom(
        read.otherwise()
            .map(otherwise -> "(" + text + " else " + term(otherwise) + ")")
            .orElse(text.toString()));
  }

  private static Text unary(UnaryOp op, Text a) {
    return switch (op) {
      case NEGATE -> new Text("-" + a.right(Level.POWER), Level.NEGATE);
      case NOT -> new Text("not " + a.at(Level.ATOM), Level.NOT);
      case ABS, EXP, LOG, SQRT, SIN, COS, TANH, ERF, FLOOR, FLOAT ->
          atom(op.word + "(" + a.text() + ")");
    };
  }

  private static Text binary(BinaryOp op, Text a, Text b) {
    return switch (op) {
      case OR -> infix(op, a, Level.OR, b, Level.AND, Level.OR);
      case AND -> infix(op, a, Level.AND, b, Level.NOT, Level.AND);
      case EQUAL, UNEQUAL, LESS, LESS_EQUAL -> infix(op, a, Level.ADD, b, Level.ADD, Level.COMPARE);
      case ADD, SUBTRACT -> infix(op, a, Level.ADD, b, Level.MULTIPLY, Level.ADD);
      case MULTIPLY, DIVIDE -> infix(op, a, Level.MULTIPLY, b, Level.NEGATE, Level.MULTIPLY);
      case POWER -> infix(op, a, Level.ATOM, b, Level.POWER, Level.POWER);
      case MIN, MAX -> atom(op.word + "(" + a.text() + ", " + b.text() + ")");
    };
  }

  private static Text infix(BinaryOp op, Text a, Level left, Text b, Level right, Level level) {
    return new Text(a.at(left) + " " + op.word + " " + b.right(right), level);
  }

  private Text of(Poly poly) {
    if (poly.terms().isEmpty()) {
      return atom("0");
    }
    if (poly.atom().isPresent()) {
      return of(poly.atom().get());
    }
    List<Text> products = new ArrayList<>();
    poly.terms().forEach((monomial, factor) -> products.add(product(monomial, factor)));
    if (products.size() == 1) {
      return products.getFirst();
    }
    StringBuilder sum = new StringBuilder(products.getFirst().text());
    for (Text each : products.subList(1, products.size())) {
      boolean minus = each.text().startsWith("-");
      sum.append(minus ? " - " : " + ").append(minus ? each.text().substring(1) : each.text());
    }
    return new Text(sum.toString(), Level.ADD);
  }

  private Text product(Poly.Monomial monomial, long factor) {
    List<String> factors = new ArrayList<>();
    monomial
        .powers()
        .forEach((atom, power) -> {
          String base = of(atom).at(Level.ATOM);
          factors.add(power == 1 ? base : base + " ** " + power);
        });
    factors.sort(null);
    long size = Math.absExact(factor);
    if (size != 1 || factors.isEmpty()) {
      factors.addFirst(Long.toString(size));
    }
    Level level =
        factors.size() > 1
            ? Level.MULTIPLY
            : factor < 0 ? Level.NEGATE : monomial.powers().isEmpty() ? Level.ATOM : Level.POWER;
    return new Text((factor < 0 ? "-" : "") + String.join(" * ", factors), level);
  }

  private Text of(Atom atom) {
    return switch (atom) {
      case Atom.Symbol symbol -> atom(naming.symbol(symbol));
      case Atom.Index index -> {
        String name = live.get(index);
        if (name == null) {
          throw new IllegalArgumentException("the index " + index + " is not bound here");
        }
        yield atom(name);
      }
      case Atom.Quotient(Poly a, Poly b) -> whole("//", a, b);
      case Atom.Remainder(Poly a, Poly b) -> whole("%", a, b);
      case Atom.Least(Poly a, Poly b) -> atom("min(" + poly(a) + ", " + poly(b) + ")");
      case Atom.Greatest(Poly a, Poly b) -> atom("max(" + poly(a) + ", " + poly(b) + ")");
      case Atom.Data data -> of(data.value());
    };
  }

  private Text whole(String sign, Poly a, Poly b) {
    return new Text(of(a).at(Level.ATOM) + " " + sign + " " + of(b).at(Level.ATOM), Level.MULTIPLY);
  }
}
