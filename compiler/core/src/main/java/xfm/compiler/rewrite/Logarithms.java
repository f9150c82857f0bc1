package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Terms;

/**
 * Sums of exponentials by their logarithms, so that what is subtracted on both sides (the greatest
 * score of all, a softmax's own sum) is gone before anything is computed. One row of scores is
 * known: the logsumexp of those of a pattern, however it is written.
 */
final class Logarithms {
  /** A sum over more places besides those of the keys is another sum. */
  private static final int MOST_OTHERS = 8;

  /** {@code factor * exp(log)}. */
  record Addend(Term factor, Linear log) {
    static final Term ONE = Terms.number(1);
  }

  /** The scores of a row without what is added to all of them, by a name. */
  private record Row(String name, Term constants) {}

  private final Definitions definitions;
  private final Softmaxes softmaxes;
  private final List<Atom.Index> scope;
  private final Atom.Index key;
  private final Function<Object, String> names = Text.names();
  private final Map<String, List<Addend>> sums = new HashMap<>();
  private final String row;
  private final Linear constants;

  /**
   * @param scope the indices around the sum over the keys
   * @param score of the pattern; where it is left in
   */
  Logarithms(
      Definitions definitions,
      Softmaxes softmaxes,
      List<Atom.Index> scope,
      Atom.Index key,
      Term score,
      Optional<Term> where) {
    this.definitions = definitions;
    this.softmaxes = softmaxes;
    this.key = key;
    this.scope = new ArrayList<>(scope);
    if (!scope.contains(key)) {
      this.scope.add(key);
    }
    Row own = row(score, where);
    row = own.name();
    constants = of(own.constants());
  }

  /** What is added to all scores of the pattern. */
  Linear constants() {
    return constants;
  }

  /** The name under which the logsumexp of the pattern's scores, without constants, stands. */
  String row() {
    return row;
  }

  /** Of a logarithm that stands in a sum: what it is of, if the pattern's scores are in it. */
  List<Addend> sumBehind(String name) {
    return name.equals(row)
        ? List.of(new Addend(Addend.ONE, ofRow()))
        : sums.getOrDefault(name, List.of());
  }

  private Linear ofRow() {
    return Linear.of(row, Terms.number(Double.NaN));
  }

  /** Whether one of the addends is the sum over the pattern, and there are others. */
  boolean isMore(List<Addend> sum) {
    return sum.size() > 1 && hasRow(sum);
  }

  private boolean hasRow(List<Addend> sum) {
    return sum.stream().anyMatch(a -> a.factor().equals(Addend.ONE) && a.log().times(row) == 1);
  }

  private String name(Term term) {
    return Text.key(scope, term, names);
  }

  private Row row(Term score, Optional<Term> where) {
    List<Term> masks = new ArrayList<>(where.map(this::whole).stream().toList());
    Term lifted = Apart.lift(whole(score), masks);
    Apart apart = Apart.of(lifted, key);
    Optional<Term> mask = masks.stream().reduce(Terms::and);
    Term pattern = new Term.Along(Term.ScanOp.SOFTMAX, key, apart.score(), mask);
    return new Row(name(pattern), apart.constants());
  }

  private Term whole(Term term) {
    return Ranges.settled(definitions.whole(term));
  }

  /** A term as a sum. */
  Linear of(Term term) {
    return switch (term) {
      case Term.Number(double value) when Double.isFinite(value) -> Linear.of(value);
      case Term.Unary(Term.UnaryOp op, Term a) when op == Term.UnaryOp.NEGATE -> of(a).times(-1);
      case Term.Binary(BinaryOp op, Term a, Term b) when op == BinaryOp.ADD -> of(a).plus(of(b), 1);
      case Term.Binary(BinaryOp op, Term a, Term b) when op == BinaryOp.SUBTRACT ->
          of(a).minus(of(b));
      case Term.Unary(Term.UnaryOp op, Term a) when op == Term.UnaryOp.LOG ->
          logarithm(term, sum(a));
      case Term.Reduce reduce when reduce.op() == Term.ReduceOp.LOGSUMEXP ->
          logarithm(term, ofAll(reduce, reduce.body(), reduce.where()));
      case Term.Read _ ->
          definitions.of(term).map(this::of).filter(this::isOfRow).orElseGet(() -> atom(term));
      case Term _ -> atom(term);
    };
  }

  private boolean isOfRow(Linear sum) {
    return sum.has(row) || sum.parts().keySet().stream().anyMatch(sums::containsKey);
  }

  private Linear atom(Term term) {
    return Linear.of(name(whole(term)), term);
  }

  private Linear logarithm(Term whole, List<Addend> sum) {
    if (sum.size() == 1 && sum.getFirst().factor().equals(Addend.ONE)) {
      return sum.getFirst().log();
    }
    Linear atom = atom(whole);
    if (hasRow(sum)) {
      sums.put(atom.parts().firstEntry().getKey(), sum);
    }
    return atom;
  }

  /** A term as a sum of exponentials. */
  List<Addend> sum(Term term) {
    return switch (term) {
      case Term.Binary(BinaryOp op, Term a, Term b) when op == BinaryOp.ADD -> {
        List<Addend> sum = new ArrayList<>(sum(a));
        sum.addAll(sum(b));
        yield sum;
      }
      case Term.Unary(Term.UnaryOp op, Term a) when op == Term.UnaryOp.EXP ->
          List.of(new Addend(Addend.ONE, of(a)));
      case Term.Read _ ->
          definitions.of(term).map(this::sum).filter(this::hasRow).orElseGet(() -> other(term));
      case Term.Reduce reduce when reduce.op() == Term.ReduceOp.SUM ->
          softmaxes
              .power(reduce.body(), reduce.where())
              .map(power -> ofAll(reduce, power.score(), power.where()))
              .filter(this::hasRow)
              .orElseGet(() -> other(term));
      case Term _ -> other(term);
    };
  }

  private static List<Addend> other(Term term) {
    return List.of(new Addend(term, Linear.ZERO));
  }

  /**
   * The exponentials of scores over all places of an index: those of the pattern, and the others
   * one by one. Of other scores, just something.
   */
  private List<Addend> ofAll(Term.Reduce reduce, Term score, Optional<Term> where) {
    Atom.Index all = reduce.over().getFirst();
    long others = all.size().minus(key.size()).constant().orElse(-1);
    if (reduce.over().size() > 1 || others < 0 || others > MOST_OTHERS) {
      return List.of();
    }
    for (int before = 0; before <= others; before++) {
      Map<Atom.Index, Poly> at = Map.of(all, Poly.of(key).plus(Poly.of(before)));
      Row here = row(Terms.substitute(score, at), where.map(w -> Terms.substitute(w, at)));
      if (here.name().equals(row)) {
        List<Addend> sum = new ArrayList<>();
        sum.add(new Addend(Addend.ONE, ofRow().plus(of(here.constants()), 1)));
        for (int other = 0; other < others; other++) {
          Poly place = Poly.of(other);
          sum.add(at(other < before ? place : place.plus(key.size()), all, score, where));
        }
        return sum;
      }
    }
    return List.of();
  }

  private Addend at(Poly place, Atom.Index all, Term score, Optional<Term> where) {
    Map<Atom.Index, Poly> at = Map.of(all, place);
    Term there = whole(where.map(w -> Terms.substitute(w, at)).orElse(Terms.truth(true)));
    Term power = whole(Terms.substitute(score, at));
    Term nothing = Terms.number(Double.NEGATIVE_INFINITY);
    return new Addend(Addend.ONE, of(Terms.choose(there, power, nothing)));
  }
}
