package xfm.compiler.ir;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Terms as trees: what stands in them, and copies with parts replaced. Subscripts count too. */
public final class Trees {
  private Trees() {}

  /** The indices that the term uses and does not bind, in the order in which they first stand. */
  public static SequencedSet<Atom.Index> free(Term term) {
    SequencedSet<Atom.Index> free = new LinkedHashSet<>();
    collect(term, List.of(), free);
    return free;
  }

  /** The indices of an integer, likewise. */
  public static SequencedSet<Atom.Index> free(Poly poly) {
    return free(new Term.Int(poly));
  }

  private static void collect(
      Term term, Collection<Atom.Index> bound, SequencedSet<Atom.Index> free) {
    switch (term) {
      case Term.Int(Poly value) -> collect(value, bound, free);
      case Term.Reduce reduce -> {
        reduce.over().forEach(index -> collect(index.size(), bound, free));
        List<Atom.Index> inner = new ArrayList<>(bound);
        inner.addAll(reduce.over());
        collect(reduce.body(), inner, free);
        reduce.where().ifPresent(where -> collect(where, inner, free));
        reduce.otherwise().ifPresent(otherwise -> collect(otherwise, bound, free));
      }
      case Term.Along along -> {
        collect(Poly.of(along.over()), bound, free);
        collect(along.body(), bound, free);
        along.where().ifPresent(where -> collect(where, bound, free));
      }
      case Term.Number _,
          Term.Truth _,
          Term.Read _,
          Term.Unary _,
          Term.Binary _,
          Term.Choose _,
          Term.Unknown _ ->
          children(term).forEach(child -> collect(child, bound, free));
    }
  }

  private static void collect(
      Poly poly, Collection<Atom.Index> bound, SequencedSet<Atom.Index> free) {
    for (Atom atom : atoms(poly)) {
      switch (atom) {
        case Atom.Symbol _ -> {}
        case Atom.Index index -> {
          if (!bound.contains(index)) {
            free.add(index);
          }
        }
        case Atom.Quotient(Poly a, Poly b) -> collectBoth(a, b, bound, free);
        case Atom.Remainder(Poly a, Poly b) -> collectBoth(a, b, bound, free);
        case Atom.Least(Poly a, Poly b) -> collectBoth(a, b, bound, free);
        case Atom.Greatest(Poly a, Poly b) -> collectBoth(a, b, bound, free);
        case Atom.Data data -> collect(data.value(), bound, free);
      }
    }
  }

  private static void collectBoth(
      Poly a, Poly b, Collection<Atom.Index> bound, SequencedSet<Atom.Index> free) {
    collect(a, bound, free);
    collect(b, bound, free);
  }

  /** The atoms that stand in a polynomial itself, not those inside other atoms. */
  public static SequencedSet<Atom> atoms(Poly poly) {
    SequencedSet<Atom> atoms = new LinkedHashSet<>();
    poly.terms().keySet().forEach(monomial -> atoms.addAll(monomial.powers().keySet()));
    return atoms;
  }

  /** The terms directly under one, those inside its integer included. */
  public static List<Term> children(Term term) {
    return switch (term) {
      case Term.Number _, Term.Truth _, Term.Unknown _ -> List.of();
      case Term.Int(Poly value) -> data(value);
      case Term.Read read -> with(read.at(), read.otherwise().stream().toList());
      case Term.Unary(Term.UnaryOp _, Term a) -> List.of(a);
      case Term.Binary(Term.BinaryOp _, Term a, Term b) -> List.of(a, b);
      case Term.Choose(Term condition, Term then, Term otherwise) ->
          List.of(condition, then, otherwise);
      case Term.Reduce reduce ->
          with(
              List.of(reduce.body()),
              with(reduce.where().stream().toList(), reduce.otherwise().stream().toList()));
      case Term.Along along -> with(List.of(along.body()), along.where().stream().toList());
    };
  }

  private static List<Term> with(List<Term> some, List<Term> more) {
    List<Term> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

  /** The terms of data in an integer, at any depth of it. */
  private static List<Term> data(Poly poly) {
    List<Term> terms = new ArrayList<>();
    for (Atom atom : atoms(poly)) {
      switch (atom) {
        case Atom.Symbol _, Atom.Index _ -> {}
        case Atom.Quotient(Poly a, Poly b) -> terms.addAll(with(data(a), data(b)));
        case Atom.Remainder(Poly a, Poly b) -> terms.addAll(with(data(a), data(b)));
        case Atom.Least(Poly a, Poly b) -> terms.addAll(with(data(a), data(b)));
        case Atom.Greatest(Poly a, Poly b) -> terms.addAll(with(data(a), data(b)));
        case Atom.Data data -> terms.add(data.value());
      }
    }
    return terms;
  }

  /** Calls {@code each} with the term and everything under it, outermost first. */
  public static void visit(Term term, Consumer<Term> each) {
    each.accept(term);
    children(term).forEach(child -> visit(child, each));
  }

  /** Whether something in it is divided by an integer that is not known to be other than 0. */
  public static boolean mayDivideByZero(Term term) {
    return any(term, part -> part instanceof Term.Int(Poly value) && mayDivideByZero(value));
  }

  private static boolean mayDivideByZero(Poly value) {
    return atoms(value).stream()
        .anyMatch(atom ->
            switch (atom) {
              case Atom.Symbol _, Atom.Index _, Atom.Data _ -> false;
              case Atom.Quotient(Poly a, Poly b) -> mayDivideByZero(a) || mayBeZero(b);
              case Atom.Remainder(Poly a, Poly b) -> mayDivideByZero(a) || mayBeZero(b);
              case Atom.Least(Poly a, Poly b) -> mayDivideByZero(a) || mayDivideByZero(b);
              case Atom.Greatest(Poly a, Poly b) -> mayDivideByZero(a) || mayDivideByZero(b);
            });
  }

  private static boolean mayBeZero(Poly divisor) {
    return divisor.constant().orElse(0) == 0;
  }

  /** Whether the term or anything under it is such. */
  public static boolean any(Term term, Predicate<Term> such) {
    return such.test(term) || children(term).stream().anyMatch(child -> any(child, such));
  }

  /** The term with each child replaced, those inside its integer included. */
  public static Term map(Term term, UnaryOperator<Term> by) {
    return switch (term) {
      case Term.Number _, Term.Truth _, Term.Unknown _ -> term;
      case Term.Int(Poly value) -> new Term.Int(mapData(value, by));
      case Term.Read read ->
          new Term.Read(
              read.value(), read.at().stream().map(by).toList(), read.otherwise().map(by));
      case Term.Unary(Term.UnaryOp op, Term a) -> new Term.Unary(op, by.apply(a));
      case Term.Binary(Term.BinaryOp op, Term a, Term b) ->
          new Term.Binary(op, by.apply(a), by.apply(b));
      case Term.Choose(Term condition, Term then, Term otherwise) ->
          new Term.Choose(by.apply(condition), by.apply(then), by.apply(otherwise));
      case Term.Reduce reduce ->
          new Term.Reduce(
              reduce.op(),
              reduce.over(),
              by.apply(reduce.body()),
              reduce.where().map(by),
              reduce.otherwise().map(by));
      case Term.Along along ->
          new Term.Along(along.op(), along.over(), by.apply(along.body()), along.where().map(by));
    };
  }

  private static Poly mapData(Poly poly, UnaryOperator<Term> by) {
    return mapAtoms(
        poly,
        atom -> atom instanceof Atom.Data data ? asPoly(by.apply(data.value())) : Poly.of(atom));
  }

  /** An integer term as a polynomial. */
  public static Poly asPoly(Term term) {
    return term instanceof Term.Int(Poly value) ? value : Poly.of(new Atom.Data(term));
  }

  /** Replaces symbols, indices and data, also inside quotients, remainders and the like. */
  private static Poly mapAtoms(Poly poly, Function<Atom, Poly> by) {
    return poly.substitute(atom ->
        switch (atom) {
          case Atom.Symbol _, Atom.Index _, Atom.Data _ -> by.apply(atom);
          case Atom.Quotient(Poly a, Poly b) -> mapAtoms(a, by).quotient(mapAtoms(b, by));
          case Atom.Remainder(Poly a, Poly b) -> mapAtoms(a, by).remainder(mapAtoms(b, by));
          case Atom.Least(Poly a, Poly b) -> mapAtoms(a, by).min(mapAtoms(b, by));
          case Atom.Greatest(Poly a, Poly b) -> mapAtoms(a, by).max(mapAtoms(b, by));
        });
  }
}
