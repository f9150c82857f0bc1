package xfm.compiler.check;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;

/** The prover against all values of small sizes: what it claims holds everywhere. */
class ProverTest {
  private static final int PROBLEMS = 2_000;
  private static final int LARGEST = 6;

  private final Random random = new Random(20_26);
  private final Atom.Symbol n = new Atom.Symbol("n");
  private final Atom.Symbol k = new Atom.Symbol("k"); // no size: may be negative
  private final Atom.Index i = new Atom.Index("i", Poly.of(n));
  private final Atom.Index j = new Atom.Index("j", Poly.of(n).plus(1));
  private final Atom.Index r = new Atom.Index("r", Poly.of(3));

  private Poly number() {
    return Poly.of(random.nextInt(7) - 2);
  }

  private Poly leaf() {
    return switch (random.nextInt(7)) {
      case 0, 1 -> Poly.of(i);
      case 2 -> Poly.of(j);
      case 3 -> Poly.of(r);
      case 4 -> Poly.of(n);
      case 5 -> Poly.of(k);
      default -> number();
    };
  }

  private Poly divisor() {
    return random.nextInt(3) == 0 ? Poly.of(n) : Poly.of(1 + random.nextInt(4));
  }

  private Poly any(int depth) {
    if (depth == 0) {
      return leaf();
    }
    Poly a = any(depth - 1);
    return switch (random.nextInt(10)) {
      case 8 -> chosen(condition(), a, any(depth - 1));
      case 0, 1 -> a.plus(any(depth - 1));
      case 2 -> a.minus(any(depth - 1));
      case 3 -> a.times(random.nextInt(4) == 0 ? leaf() : Poly.of(random.nextInt(5) - 1));
      case 4 -> a.quotient(divisor());
      case 5 -> a.remainder(divisor());
      case 6 -> a.min(any(depth - 1));
      case 7 -> a.max(any(depth - 1));
      default -> a;
    };
  }

  private static Poly chosen(Term condition, Poly a, Poly b) {
    return Trees.asPoly(Terms.choose(condition, Terms.integer(a), Terms.integer(b)));
  }

  private Term condition() {
    Term leaf = Terms.compare(BinaryOp.LESS, Terms.integer(leaf()), Terms.integer(leaf()));
    return switch (random.nextInt(4)) {
      case 0 -> Terms.not(condition());
      case 1 -> Terms.and(condition(), leaf);
      case 2 -> Terms.or(condition(), leaf);
      default -> leaf;
    };
  }

  private static boolean holds(Term condition, Map<Atom, Long> at) {
    return switch (condition) {
      case Term.Truth(boolean truth) -> truth;
      case Term.Unary(var _, Term a) -> !holds(a, at);
      case Term.Binary(BinaryOp op, Term.Int(Poly a), Term.Int(Poly b)) when op == BinaryOp.LESS ->
          value(a, at) < value(b, at);
      case Term.Binary(BinaryOp op, Term a, Term b) when op == BinaryOp.AND ->
          holds(a, at) && holds(b, at);
      case Term.Binary(BinaryOp op, Term a, Term b) when op == BinaryOp.OR ->
          holds(a, at) || holds(b, at);
      default -> throw new AssertionError(condition);
    };
  }

  private static long value(Poly poly, Map<Atom, Long> at) {
    return poly.evaluate(atom -> value(atom, at));
  }

  private static long value(Atom atom, Map<Atom, Long> at) {
    return switch (atom) {
      case Atom.Symbol symbol -> at.get(symbol);
      case Atom.Index index -> at.get(index);
      case Atom.Quotient(Poly a, Poly b) -> Math.floorDiv(value(a, at), value(b, at));
      case Atom.Remainder(Poly a, Poly b) -> Math.floorMod(value(a, at), value(b, at));
      case Atom.Least(Poly a, Poly b) -> Math.min(value(a, at), value(b, at));
      case Atom.Greatest(Poly a, Poly b) -> Math.max(value(a, at), value(b, at));
      case Atom.Data data -> {
        if (data.value() instanceof Term.Choose(Term c, Term.Int(Poly a), Term.Int(Poly b))) {
          yield holds(c, at) ? value(a, at) : value(b, at);
        }
        throw new AssertionError(data);
      }
    };
  }

  /** All values of the atoms under which there is a place to look at, and the facts hold. */
  private List<Map<Atom, Long>> places(List<Poly> facts) {
    List<Map<Atom, Long>> places = new ArrayList<>();
    Map<Atom, Long> at = new HashMap<>();
    for (long size = 1; size <= LARGEST; size++) {
      at.put(n, size);
      for (long free = -3; free <= 4; free++) {
        at.put(k, free);
        for (long x = 0; x < size; x++) {
          at.put(i, x);
          for (long y = 0; y < size + 1; y++) {
            at.put(j, y);
            for (long z = 0; z < 3; z++) {
              at.put(r, z);
              if (facts.stream().allMatch(fact -> value(fact, at) >= 0)) {
                places.add(Map.copyOf(at));
              }
            }
          }
        }
      }
    }
    return places;
  }

  @Test
  void whatIsClaimedIsTrue() {
    Prover prover = new Prover(term -> Limits.Limit.NONE);
    prover.natural(n);
    int claimed = 0;
    for (int group = 0; group < PROBLEMS / 50; group++) {
      List<Poly> facts = new ArrayList<>();
      for (int f = random.nextInt(4); f > 0; f--) {
        facts.add(any(1));
      }
      if (random.nextInt(3) == 0) {
        Poly whole = Poly.of(random.nextBoolean() ? n : k);
        facts.add(whole.remainder(Poly.of(2 + random.nextInt(2))).times(-1));
      }
      List<Map<Atom, Long>> places = places(facts);
      for (int each = 0; each < 50; each++) {
        Poly poly = any(2 + random.nextInt(2));
        if (prover.nonNegative(poly, facts)) {
          claimed++;
          for (Map<Atom, Long> at : places) {
            if (value(poly, at) < 0) {
              fail(poly + " is " + value(poly, at) + " at " + at + ", with " + facts);
            }
          }
        }
      }
    }
    assertTrue(
        claimed > PROBLEMS / 20, claimed + " of " + PROBLEMS + " were proved: too few to tell");
  }

  @Test
  void itIsNoUseIfItProvesNothing() {
    Prover prover = new Prover(term -> Limits.Limit.NONE);
    prover.natural(n);
    Poly size = Poly.of(n);
    Poly place = Poly.of(i);
    List<Poly> live = List.of(size.minus(1).minus(place));
    assertTrue(prover.nonNegative(size.minus(place).minus(1), live));
    assertTrue(prover.nonNegative(size.minus(1), live));
    assertTrue(prover.nonNegative(size.minus(1).minus(place.quotient(Poly.of(2))), live));
    assertTrue(prover.nonNegative(size.minus(1).minus(Poly.of(j).times(3).remainder(size)), live));
    Poly pairs = place.quotient(Poly.of(4)).times(4).plus(place.remainder(Poly.of(4)));
    assertTrue(prover.nonNegative(size.minus(1).minus(pairs), live));
  }

  /** {@code require n % 4 == 0}: the piece of a place is one of n // 4. */
  @Test
  void piecesOfAMultipleAreWhole() {
    Prover prover = new Prover(term -> Limits.Limit.NONE);
    prover.natural(n);
    Poly size = Poly.of(n);
    Poly place = Poly.of(i);
    Poly four = Poly.of(4);
    Poly pieceIsThere = size.quotient(four).minus(1).minus(place.quotient(four));
    Poly nothingIsLeft = size.quotient(four).times(4).minus(size);
    List<Poly> live = List.of(size.minus(1).minus(place));
    assertFalse(prover.nonNegative(pieceIsThere, live));
    assertFalse(prover.nonNegative(nothingIsLeft, live));
    List<Poly> whole = List.of(live.getFirst(), size.remainder(four).times(-1));
    assertTrue(prover.nonNegative(pieceIsThere, whole));
    assertTrue(prover.nonNegative(nothingIsLeft, whole));
    assertFalse(prover.nonNegative(pieceIsThere.minus(1), whole));
  }
}
