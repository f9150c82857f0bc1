package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;

/**
 * A part of a score that is the same when query and key both move on by a row of a grid, {@code
 * bias[c // 7 - r // 7 + 6, c % 7 - r % 7 + 6]}: a table of distances in two directions or more. It
 * becomes a value over where in its row a query stands, how many rows further the key's is, and
 * where in its row the key stands. Keys that follow each other lie side by side in it, so a score
 * loads it as vectors; and of a grid of 32 rows it has a sixteenth of the elements that all scores
 * are.
 *
 * @param term the part with the digits of its two indices in place of them
 */
record Periodic(Term term, Digits row, Digits key) {
  /** Fewer scores would not make up for it. */
  private static final int TIMES = 2;

  /** Whether a term is such a part, and takes more than an operation or two. */
  static boolean is(Term term, Atom.Index key) {
    return of(term, key).isPresent();
  }

  /**
   * The part as a read of a value of its own.
   *
   * @param scope where it stands, the key among its indices
   */
  static Optional<Term> read(Term term, Atom.Index key, Scope scope, Temporaries temporaries) {
    return of(term, key).flatMap(part -> part.read(scope, temporaries));
  }

  private static Optional<Periodic> of(Term term, Atom.Index key) {
    boolean looksUp = Trees.any(term, part -> part instanceof Term.Read) || Costs.isHeavy(term);
    if (term.kind() != Term.Kind.FLOAT || !looksUp || !Attention.outermostLoops(term).isEmpty()) {
      return Optional.empty();
    }
    List<Poly> ofKey = divisors(term, key);
    for (Atom.Index row : ofKey.isEmpty() ? List.<Atom.Index>of() : List.copyOf(Trees.free(term))) {
      for (Poly byRow : row == key ? List.<Poly>of() : divisors(term, row)) {
        for (Poly byKey : ofKey) {
          Optional<Periodic> part = of(term, digits(row, byRow), digits(key, byKey));
          if (part.isPresent()) {
            return part;
          }
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Periodic> of(Term term, Digits row, Digits key) {
    Term apart = key.apart(row.apart(term));
    Poly by = Poly.of(new Atom.Index("shift", Poly.ONE));
    Map<Atom.Index, Poly> moved =
        Map.of(row.high(), Poly.of(row.high()).plus(by), key.high(), Poly.of(key.high()).plus(by));
    return !Trees.mayDivideByZero(apart) && Terms.substitute(apart, moved).equals(apart)
        ? Optional.of(new Periodic(apart, row, key))
        : Optional.empty();
  }

  /** A row of a grid has some places. */
  private static List<Poly> divisors(Term term, Atom.Index index) {
    return Digits.divisors(term, index).stream().filter(Ranges::isCount).toList();
  }

  private static Digits digits(Atom.Index whole, Poly by) {
    Poly rows =
        whole.size().dividedBy(by).orElseGet(() -> whole.size().plus(by).minus(1).quotient(by));
    return Digits.of(whole, rows, by);
  }

  private Optional<Term> read(Scope scope, Temporaries temporaries) {
    Atom.Index further =
        new Atom.Index(key.whole().name(), row.high().size().plus(key.high().size()));
    Poly first = row.high().size();
    Term each =
        Terms.substitute(
            term, Map.of(row.high(), Poly.ZERO, key.high(), Poly.of(further).minus(first)));
    List<Atom.Index> over = new ArrayList<>(scope.used(each));
    List<Atom.Index> own = List.of(row.low(), further, key.low());
    over.addAll(own);
    Poly scores = row.whole().size().times(key.whole().size());
    return Work.large(Work.places(own)) <= TIMES * Work.large(scores)
        ? temporaries
            .spread(Ranges.total(each), over)
            .map(read ->
                Terms.substitute(
                    read,
                    Map.of(
                        row.low(),
                        Poly.of(row.lowest()),
                        further,
                        Poly.of(key.highest()).minus(Poly.of(row.highest())).plus(first),
                        key.low(),
                        Poly.of(key.lowest()))))
        : Optional.empty();
  }
}
