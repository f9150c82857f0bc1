package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Term.ReduceOp;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;

/**
 * A reduction that looks at few places in a row runs over those alone: {@code sum[j](x[j] * (w[i -
 * j] else 0))}, a convolution by its definition, is {@code sum[t](x[i - t] * w[t] where 0 <= i -
 * t)}, as many places as {@code w} has; and of {@code w[i - 2 * j]} half as many. What says which
 * places count is a {@code where}, an {@code if}, or a read that is 0 outside of its axis; it
 * bounds the index from both sides, the bounds a known number apart. Sums alone may leave out what
 * reads 0: the rest of the product is finite.
 */
final class Bands implements Pass {
  /** A wider band may be wider than the index itself, which is of some length. */
  private static final long MOST = 128;

  @Override
  public Graph apply(Graph graph) {
    Definitions definitions = Definitions.of(graph);
    Truths truths = new Truths(definitions);
    return Pass.bodies(
        graph,
        (equation, _) -> {
          definitions.begin();
          Term body = new Rewriter(definitions, truths).rewrite(equation.body());
          definitions.add(equation.with(body));
          return body;
        });
  }

  private record Rewriter(Definitions definitions, Truths truths) {

    Term rewrite(Term term) {
      Term inner = Trees.map(term, this::rewrite);
      return inner instanceof Term.Reduce reduce && reduce.op() != ReduceOp.ARGMAX
          ? whole(reduce)
          : inner;
    }

    /** A reduction, and a sum of several terms as several sums, if the band of one is narrow. */
    private Term whole(Term.Reduce reduce) {
      List<Term> terms = Factors.terms(reduce.body());
      if (reduce.op() != ReduceOp.SUM || terms.size() == 1) {
        return one(reduce);
      }
      List<Term.Reduce> sums = terms.stream().map(term -> Factors.sum(reduce, term)).toList();
      List<Term.Reduce> narrow = sums.stream().map(this::one).toList();
      return narrow.equals(sums)
          ? reduce
          : Terms.substitute(
              Factors.plus(narrow.stream().map(Term.class::cast).toList()), Map.of());
    }

    private Term.Reduce one(Term.Reduce reduce) {
      Term.Reduce open = reduce.op() == ReduceOp.SUM ? opened(reduce) : reduce;
      Term.Reduce narrow = narrowed(open);
      return narrow == open ? reduce : narrow;
    }

    /** A sum with its guards in sight: no sum inside it, no name before what a condition guards. */
    private Term.Reduce opened(Term.Reduce reduce) {
      Term.Reduce flat = Guards.flat(reduce);
      List<Term> factors = Product.factors(flat.body()).stream().map(this::opened).toList();
      return new Term.Reduce(
          flat.op(), flat.over(), Product.times(factors), flat.where(), flat.otherwise());
    }

    private Term opened(Term factor) {
      if (factor instanceof Term.Number) {
        return factor;
      }
      return definitions
          .of(factor)
          .filter(behind -> !Guards.ofFactor(behind).isEmpty())
          .or(() ->
              truths.of(factor).map(holds -> Terms.choose(holds, Terms.number(1), Terms.number(0))))
          .orElse(factor);
    }
  }

  private static Term.Reduce narrowed(Term.Reduce reduce) {
    for (Atom.Index index : reduce.over()) {
      Optional<Band> band = Band.of(reduce, index);
      if (band.isPresent()) {
        return narrowed(band.get().of(reduce));
      }
    }
    return reduce;
  }

  /**
   * The places at which an index counts.
   *
   * @param first the lowest of them
   * @param width how many there are
   */
  private record Band(Atom.Index index, Poly first, long width) {

    /** The narrowest, if it is but a part of all. */
    static Optional<Band> of(Term.Reduce reduce, Atom.Index index) {
      if (reduce.over().stream().anyMatch(i -> !Trees.free(i.size()).isEmpty())) {
        return Optional.empty();
      }
      List<Poly> facts = new ArrayList<>();
      facts.add(Poly.of(index));
      facts.add(index.size().minus(1).minus(Poly.of(index)));
      reduce.where().map(Guards::facts).ifPresent(facts::addAll);
      if (reduce.op() == ReduceOp.SUM) {
        Product.factors(reduce.body()).forEach(factor -> facts.addAll(Guards.ofFactor(factor)));
      }
      facts.replaceAll(fact -> undivided(fact, index));
      long most = index.size().constant().orElse(2 * MOST) / 2;
      Optional<Band> narrowest = Optional.empty();
      for (Poly low : facts) {
        for (Poly high : facts) {
          long step = Guards.times(low, index);
          OptionalLong room = low.plus(high).constant();
          if (step > 0
              && room.isPresent()
              && isBound(low, index, step)
              && isBound(high, index, -step)) {
            long width = Math.floorDiv(room.getAsLong(), step) + 1;
            if (width >= 1 && width <= most) {
              most = width - 1;
              Poly least = Poly.of(index).times(step).minus(low);
              Poly first = step == 1 ? least : least.plus(step - 1).quotient(Poly.of(step));
              narrowest = Optional.of(new Band(index, first, width));
            }
          }
        }
      }
      return narrowest;
    }

    /** What is said of a quotient of an index, of it: {@code c // 8 >= h} is {@code c >= 8 * h}. */
    private static Poly undivided(Poly fact, Atom.Index index) {
      for (Atom atom : Trees.atoms(fact)) {
        long times = Guards.times(fact, atom);
        if (times != 0
            && atom instanceof Atom.Quotient(Poly a, Poly by)
            && by.constant().orElse(0) > 0
            && Trees.free(a).contains(index)) {
          Poly remainder = a.minus(Poly.of(atom).times(by));
          Poly room = times > 0 ? remainder : by.minus(1).minus(remainder);
          return undivided(fact.times(by).plus(room.times(Math.abs(times))), index);
        }
      }
      return fact;
    }

    /**
     * Whether a fact bounds an index by something that can be computed anywhere.
     *
     * @param times how often it has the index
     */
    private static boolean isBound(Poly fact, Atom.Index index, long times) {
      Poly rest = fact.minus(Poly.of(index).times(times));
      return Guards.times(fact, index) == times
          && !Trees.free(rest).contains(index)
          && Ranges.isSafe(Terms.integer(rest))
          && !Trees.mayDivideByZero(Terms.integer(rest));
    }

    /** Along the band from its first place or from its last: the way in which more is read. */
    Term.Reduce of(Term.Reduce reduce) {
      Atom.Index along = new Atom.Index(index.name(), Poly.of(width));
      Term.Reduce up = of(reduce, along, first.plus(Poly.of(along)));
      Term.Reduce down = of(reduce, along, first.plus(width - 1).minus(Poly.of(along)));
      return inPlace(up, along) < inPlace(down, along) ? down : up;
    }

    private Term.Reduce of(Term.Reduce reduce, Atom.Index along, Poly place) {
      List<Atom.Index> over = new ArrayList<>(reduce.over());
      over.set(over.indexOf(index), along);
      Term there = Terms.integer(place);
      Term last = Terms.integer(index.size().minus(1));
      Term inside =
          Terms.and(
              Terms.compare(BinaryOp.LESS_EQUAL, Terms.integer(Poly.ZERO), there),
              Terms.compare(BinaryOp.LESS_EQUAL, there, last));
      Map<Atom.Index, Poly> by = Map.of(index, place);
      Term where =
          Ranges.settled(
              reduce.where().map(w -> Terms.and(inside, Terms.substitute(w, by))).orElse(inside));
      return new Term.Reduce(
          reduce.op(),
          over,
          Ranges.settled(Terms.substitute(reduce.body(), by)),
          where.equals(Terms.truth(true)) ? Optional.empty() : Optional.of(where),
          reduce.otherwise());
    }

    /** How many subscripts an index is in that need no guard and go forward with it. */
    private static int inPlace(Term.Reduce reduce, Atom.Index along) {
      int[] count = {0};
      Trees.visit(
          reduce.body(),
          term -> {
            if (term instanceof Term.Read read) {
              for (int axis = 0; axis < read.at().size(); axis++) {
                Poly at = Trees.asPoly(read.at().get(axis));
                boolean inside =
                    reduce.where().isEmpty() || Ranges.isInside(at, read.value().shape().get(axis));
                count[0] += inside && Strided.is(at) && Strided.step(at, along) > 0 ? 1 : 0;
              }
            }
          });
      return count[0];
    }
  }
}
