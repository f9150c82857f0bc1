package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Stage;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;

/**
 * Equations that one walk over the same scores computes: sums of values by one pattern, and what
 * the scores of each row come to. None of them needs the result of another.
 *
 * @param attention the first of the sums; indices of the pattern are its own for all members
 * @param totals the greatest score of each row, or the logsumexp of all
 */
public record SharedScores(Attention attention, List<Sum> sums, List<Total> totals) {

  /**
   * Values weighted by the pattern.
   *
   * @param out where the result goes
   * @param columns the indices that the values have and the pattern has not
   */
  public record Sum(Equation equation, Term.Read v, Term.Read out, List<Atom.Index> columns) {}

  /** {@code op[j](score where w)}, −∞ of nothing. */
  public record Total(Equation equation, Term.ReduceOp op, Term.Read out) {}

  public SharedScores {
    sums = List.copyOf(sums);
    totals = List.copyOf(totals);
  }

  /** All members, sums first. */
  public List<Equation> equations() {
    return Stream.concat(sums.stream().map(Sum::equation), totals.stream().map(Total::equation))
        .toList();
  }

  /** Of all members those whose values are such. */
  public SharedScores only(Predicate<Value> such) {
    return new SharedScores(
        attention,
        sums.stream().filter(sum -> such.test(sum.equation().target())).toList(),
        totals.stream().filter(total -> such.test(total.equation().target())).toList());
  }

  /** Those of some equations, as stages in order; recurrences have none. */
  public static List<SharedScores> of(List<Stage> stages) {
    Function<Object, String> names = Text.names();
    Map<String, List<Member>> alike = new LinkedHashMap<>();
    for (Stage stage : stages) {
      if (stage instanceof Stage.One(Equation equation)) {
        Member.of(equation)
            .ifPresent(member ->
                alike.computeIfAbsent(member.key(names), _ -> new ArrayList<>()).add(member));
      }
    }
    alike.values().removeIf(all -> all.stream().allMatch(m -> m.attention().isEmpty()));
    if (alike.isEmpty()) {
      return List.of();
    }
    Reads reads = new Reads(stages);
    List<SharedScores> made = new ArrayList<>();
    for (List<Member> members : alike.values()) {
      while (members.stream().anyMatch(m -> m.attention().isPresent())) {
        made.add(first(members, reads));
      }
    }
    return made;
  }

  /** Takes out of the members all that can be computed with the first sum. */
  private static SharedScores first(List<Member> members, Reads reads) {
    Member first = members.stream().filter(m -> m.attention().isPresent()).findFirst().get();
    List<Sum> sums = new ArrayList<>(List.of(first.sum(first)));
    List<Total> totals = new ArrayList<>();
    members.remove(first);
    for (Member member : List.copyOf(members)) {
      if (member.fits(first) && reads.join(first, member)) {
        members.remove(member);
        if (member.attention().isPresent()) {
          sums.add(member.sum(first));
        } else {
          totals.add(member.total(first));
        }
      }
    }
    return new SharedScores(first.attention().get(), sums, totals);
  }

  /**
   * An equation with a pattern.
   *
   * @param indices of the pattern, in the order in which they stand in it
   * @param key the one that is summed over
   * @param attention what it is unless it is a total
   */
  private record Member(
      Equation equation,
      Term pattern,
      List<Atom.Index> indices,
      Atom.Index key,
      Optional<Attention> attention) {

    static Optional<Member> of(Equation equation) {
      Optional<Attention> attention = Attention.of(equation);
      if (attention.isPresent()) {
        Attention a = attention.get();
        return Optional.of(of(equation, a.score(), a.where(), a.key(), attention));
      }
      return equation.body() instanceof Term.Reduce reduce && isTotal(reduce)
          ? Optional.of(
              of(
                  equation,
                  reduce.body(),
                  reduce.where(),
                  reduce.over().getFirst(),
                  Optional.empty()))
          : Optional.empty();
    }

    private static Member of(
        Equation equation,
        Term score,
        Optional<Term> where,
        Atom.Index key,
        Optional<Attention> attention) {
      Term pattern = new Term.Along(Term.ScanOp.SOFTMAX, key, score, where);
      return new Member(equation, pattern, List.copyOf(Trees.free(pattern)), key, attention);
    }

    String key(Function<Object, String> names) {
      return Text.key(indices, pattern, names);
    }

    boolean fits(Member first) {
      Attention a = first.attention().get();
      Map<Atom.Index, Poly> there = there(first);
      if (attention.isPresent()) {
        Attention own = attention.get();
        return there.get(own.row()).equals(Poly.of(a.row()))
            && own.undefined() == a.undefined()
            && own.evenOfNoKeys() == a.evenOfNoKeys();
      }
      Set<Atom.Index> rows = new HashSet<>(indices);
      rows.remove(key);
      return rows.equals(Set.copyOf(equation.left()));
    }

    /** Where its indices stand in the pattern of the first. */
    private Map<Atom.Index, Poly> there(Member first) {
      Map<Atom.Index, Poly> there = new HashMap<>();
      for (int i = 0; i < indices.size(); i++) {
        there.put(indices.get(i), Poly.of(first.indices().get(i)));
      }
      return there;
    }

    Sum sum(Member first) {
      Attention own = attention.get();
      Term.Read v = (Term.Read) Terms.substitute(own.v(), there(first));
      return new Sum(equation, v, out(first), own.columns());
    }

    Total total(Member first) {
      return new Total(equation, ((Term.Reduce) equation.body()).op(), out(first));
    }

    private Term.Read out(Member first) {
      Map<Atom.Index, Poly> there = there(first);
      return (Term.Read)
          Terms.read(
              equation.target(),
              equation.left().stream().map(i -> there.getOrDefault(i, Poly.of(i))).toList());
    }
  }

  /** Whether a reduction over one index is −∞ of nothing and may be that of scores. */
  static boolean isTotal(Term.Reduce reduce) {
    boolean op =
        switch (reduce.op()) {
          case LOGSUMEXP -> true;
          case MAX ->
              reduce.otherwise().orElse(null) instanceof Term.Number(double none)
                  && none == Double.NEGATIVE_INFINITY;
          case SUM, MEAN, MIN, ARGMAX, ANY, ALL -> false;
        };
    return op && reduce.over().size() == 1;
  }

  /** Which equation needs which; those that are computed together need what any of them does. */
  private static final class Reads {
    private final Map<Value, Integer> places = new IdentityHashMap<>();
    private final List<Set<Integer>> reads = new ArrayList<>();
    private final List<Set<Integer>> units = new ArrayList<>();

    Reads(List<Stage> stages) {
      for (Stage stage : stages) {
        Set<Integer> unit = new HashSet<>();
        for (Equation equation : stage.equations()) {
          unit.add(units.size());
          places.put(equation.target(), units.size());
          units.add(unit);
        }
      }
      stages.stream()
          .flatMap(stage -> stage.equations().stream())
          .map(this::reads)
          .forEach(reads::add);
    }

    private Set<Integer> reads(Equation equation) {
      Set<Integer> own = new HashSet<>();
      Trees.visit(
          equation.body(),
          term -> {
            if (term instanceof Term.Read read && places.containsKey(read.value())) {
              own.add(places.get(read.value()));
            }
          });
      return own;
    }

    /** Computes two together, unless one needs the other. */
    boolean join(Member a, Member b) {
      int x = places.get(a.equation().target());
      int y = places.get(b.equation().target());
      boolean free = !needs(x, y, new HashSet<>()) && !needs(y, x, new HashSet<>());
      if (free) {
        units.get(x).add(y);
        units.set(y, units.get(x));
      }
      return free;
    }

    private boolean needs(int one, int other, Set<Integer> seen) {
      for (int member : units.get(one)) {
        for (int read : reads.get(member)) {
          if (units.get(read) == units.get(other) || seen.add(read) && needs(read, other, seen)) {
            return true;
          }
        }
      }
      return false;
    }
  }
}
