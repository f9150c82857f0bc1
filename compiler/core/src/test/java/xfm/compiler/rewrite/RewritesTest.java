package xfm.compiler.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static xfm.compiler.ir.GraphBuilder.apply;
import static xfm.compiler.ir.GraphBuilder.atMost;
import static xfm.compiler.ir.GraphBuilder.index;
import static xfm.compiler.ir.GraphBuilder.minus;
import static xfm.compiler.ir.GraphBuilder.number;
import static xfm.compiler.ir.GraphBuilder.over;
import static xfm.compiler.ir.GraphBuilder.plus;
import static xfm.compiler.ir.GraphBuilder.read;
import static xfm.compiler.ir.GraphBuilder.readElse;
import static xfm.compiler.ir.GraphBuilder.reduce;
import static xfm.compiler.ir.GraphBuilder.sum;
import static xfm.compiler.ir.GraphBuilder.times;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import xfm.compiler.ir.Atom.Index;
import xfm.compiler.ir.Atom.Symbol;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.GraphBuilder;
import xfm.compiler.ir.Interp;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.ReduceOp;
import xfm.compiler.ir.Term.UnaryOp;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Value;

/** What single equations become, as text. */
class RewritesTest {
  private final GraphBuilder builder = new GraphBuilder();
  private final Symbol n = builder.length("n");
  private final Symbol m = builder.length("m");
  private final Index i = index("i", n);
  private final Index j = index("j", n);

  private String lowered(List<Index> left, Term body) {
    return lowered(graph(left, body));
  }

  private Graph graph(List<Index> left, Term body) {
    builder.result(builder.equation("y", left, body));
    return builder.build();
  }

  private static String lowered(Graph graph) {
    Graph lowered = Passes.lower(graph, Set.of());
    Verifier.check(lowered);
    return Text.of(lowered);
  }

  @Test
  void aLayerNormTakesEachMeanOnce() {
    Value x = builder.input("x", Term.Kind.FLOAT, Poly.of(n), Poly.of(8));
    Value gain = builder.weight("gain", Poly.of(8));
    Index a = index("a", 8);
    Index c = index("c", 8);
    Term centred = minus(read(x, i, a), reduce(ReduceOp.MEAN, read(x, i, c), c));
    Term square = reduce(ReduceOp.MEAN, times(read(x, i, c), read(x, i, c)), c);
    assertEquals(
        """
        y~1[i: n] = mean[c: 8](x[i, c])
        y~2[i: n] = sqrt((mean[c: 8]((x[i, c] * x[i, c])) + 1.0E-5))
        y[i: n, a: 8] = (((x[i, a] - y~1[i]) / y~2[i]) * gain[a])
        """,
        lowered(
            List.of(i, a),
            times(over(centred, apply(UnaryOp.SQRT, plus(square, number(1e-5)))), read(gain, a))));
  }

  @Test
  void threeFactorsAreMultipliedInTheOrderOfLeastWork() {
    Value pattern = builder.input("p", Term.Kind.FLOAT, Poly.of(n), Poly.of(n));
    Value v = builder.input("v", Term.Kind.FLOAT, Poly.of(n), Poly.of(4));
    Value up = builder.weight("up", Poly.of(4), Poly.of(32));
    Index e = index("e", 4);
    Index b = index("b", 32);
    Graph graph =
        graph(
            List.of(i, b),
            sum(times(times(read(pattern, i, j), read(v, j, e)), read(up, e, b)), j, e));
    assertEquals(
        """
        y~1[i: n, e: 4] = sum[j: n]((p[i, j] * v[j, e]))
        y[i: n, b: 32] = sum[e: 4]((y~1[i, e] * up[e, b]))
        """,
        lowered(graph));
    assertEquals("8 * n ** 2 + 256 * n", flops(Passes.lower(graph, Set.of())).toString());
  }

  /** Linear attention: no pattern is made, since its length would count twice. */
  @Test
  void longAxesAreSummedFirst() {
    Value q = builder.input("q", Term.Kind.FLOAT, Poly.of(n), Poly.of(4));
    Value k = builder.input("k", Term.Kind.FLOAT, Poly.of(m), Poly.of(4));
    Value v = builder.input("v", Term.Kind.FLOAT, Poly.of(m), Poly.of(8));
    Index e = index("e", 4);
    Index b = index("b", 8);
    Index t = index("t", m);
    assertEquals(
        """
        y~1[b: 8, e: 4] = sum[t: m]((k[t, e] * v[t, b]))
        y[i: n, b: 8] = sum[e: 4]((q[i, e] * y~1[b, e]))
        """,
        lowered(
            List.of(i, b), sum(times(times(read(q, i, e), read(k, t, e)), read(v, t, b)), t, e)));
  }

  @Test
  void numbersAndSignsLeaveTheSumAndAnIndexOfOneFactorIsSummedFirst() {
    Value x = builder.input("x", Term.Kind.FLOAT, Poly.of(n), Poly.of(4));
    Value w = builder.weight("w", Poly.of(4), Poly.of(5), Poly.of(3));
    Index a = index("a", 4);
    Index b = index("b", 5);
    Index c = index("c", 3);
    assertEquals(
        """
        y~2[b: 5, a: 4] = sum[c: 3](w[a, b, c])
        y~1[i: n, b: 5] = sum[a: 4]((x[i, a] * y~2[b, a]))
        y[i: n, b: 5] = (y~1[i, b] * -0.25)
        """,
        lowered(
            List.of(i, b),
            sum(
                over(apply(UnaryOp.NEGATE, times(read(x, i, a), read(w, a, b, c))), number(4)),
                a,
                c)));
  }

  @Test
  void anActivationStandsAloneBeforeItsProduct() {
    Value h = builder.input("h", Term.Kind.FLOAT, Poly.of(n), Poly.of(16));
    Value down = builder.weight("down", Poly.of(16), Poly.of(4));
    Index f = index("f", 16);
    Index b = index("b", 4);
    Term active = new Term.Binary(Term.BinaryOp.MAX, read(h, i, f), number(0));
    assertEquals(
        """
        y~1[i: n, f: 16] = (h[i, f] max 0.0)
        y[i: n, b: 4] = sum[f: 16]((y~1[i, f] * down[f, b]))
        """,
        lowered(List.of(i, b), sum(times(active, read(down, f, b)), f)));
  }

  private static Term sumWhere(Term body, Term where, Index... over) {
    return new Term.Reduce(ReduceOp.SUM, List.of(over), body, Optional.of(where), Optional.empty());
  }

  @Test
  void aFactorIsZeroWhereASumLeavesItOut() {
    Value x = builder.input("x", Term.Kind.FLOAT, Poly.of(n), Poly.of(n));
    Value w = builder.input("w", Term.Kind.FLOAT, Poly.of(n), Poly.of(4));
    Index b = index("b", 4);
    Term where = atMost(Poly.of(j), Poly.of(i));
    assertEquals(
        """
        y~1[i: n, j: n] = (if (j <= i) then x[i, j] else 0.0)
        y[i: n, b: 4] = sum[j: n]((y~1[i, j] * w[j, b]))
        """,
        lowered(List.of(i, b), sumWhere(times(read(x, i, j), read(w, j, b)), where, j)));
  }

  /** A running sum of products adds one of them at each place. */
  @Test
  void aConditionOnIndicesOfTwoFactorsStays() {
    Value k = builder.input("k", Term.Kind.FLOAT, Poly.of(n), Poly.of(3));
    Value v = builder.input("v", Term.Kind.FLOAT, Poly.of(n), Poly.of(4));
    Index a = index("a", 3);
    Index b = index("b", 4);
    Term where = atMost(Poly.of(j), Poly.of(i));
    assertEquals(
        "y[i: n, a: 3, b: 4] = sum[j: n]((k[j, a] * v[j, b]) where (j <= i))\n",
        lowered(List.of(i, a, b), sumWhere(times(read(k, j, a), read(v, j, b)), where, j)));
  }

  /** 0 times what there is no logarithm of would not be 0. */
  @Test
  void whatMayBeNoNumberWhereItIsLeftOutIsZeroThereItself() {
    Value x = builder.input("x", Term.Kind.FLOAT, Poly.of(n), Poly.of(3));
    Value w = builder.weight("w", Poly.of(3), Poly.of(4));
    Index a = index("a", 3);
    Index b = index("b", 4);
    Term positive = new Term.Binary(Term.BinaryOp.LESS, number(0), read(x, i, a));
    assertEquals(
        """
        y~1[i: n, a: 3] = (if (0.0 < x[i, a]) then log(x[i, a]) else 0.0)
        y[i: n, b: 4] = sum[a: 3]((y~1[i, a] * w[a, b]))
        """,
        lowered(
            List.of(i, b),
            sumWhere(times(apply(UnaryOp.LOG, read(x, i, a)), read(w, a, b)), positive, a)));
    Value s = builder.input("s", Term.Kind.FLOAT, Poly.of(n));
    Term apart = atMost(Poly.of(a), Poly.ONE);
    Graph share =
        graph(
            List.of(i, b),
            sumWhere(over(times(read(x, i, a), read(w, a, b)), read(s, i)), apart, a));
    assertTrue(lowered(share).contains("sum[a: 3](((x[i, a] * w[a, b]) / s[i]) where"));
  }

  @Test
  void aSumRunsOverTheBandThatCounts() {
    Value x = builder.input("x", Term.Kind.FLOAT, Poly.of(n), Poly.of(5));
    Value w = builder.weight("w", Poly.of(3), Poly.of(5), Poly.of(4));
    Index a = index("a", 5);
    Index b = index("b", 4);
    Poly tap = Poly.of(i).minus(Poly.of(j));
    Term guarded = readElse(w, number(0), tap, Poly.of(a), Poly.of(b));
    assertEquals(
        """
        y~1[i: n, j: 3, a: 5] = (x[i + -1*j, a] else 0.0)
        y[i: n, b: 4] = sum[j: 3, a: 5]((y~1[i, j, a] * w[j, a, b]))
        """,
        lowered(List.of(i, b), sum(times(read(x, j, a), guarded), j, a)));
    Index t = index("t", n);
    Term near =
        new Term.Reduce(
            ReduceOp.MAX,
            List.of(t),
            read(x, t, a),
            Optional.of(
                Terms.and(
                    atMost(Poly.of(i).minus(2), Poly.of(t)),
                    atMost(Poly.of(t), Poly.of(i).minus(1)))),
            Optional.of(number(0)));
    assertTrue(lowered(graph(List.of(i, a), near)).contains("max[t: 2](x["));
  }

  @Test
  void aBandIsFoundInDigitsAndInStepsOfAnIndex() {
    Value x = builder.input("x", Term.Kind.FLOAT, Poly.of(n), Poly.of(5));
    Value w = builder.weight("w", Poly.of(3));
    Index a = index("a", 5);
    Poly block = Poly.of(j).quotient(Poly.of(4));
    Term same =
        Terms.compare(
            Term.BinaryOp.EQUAL,
            Terms.integer(block),
            Terms.integer(Poly.of(i).quotient(Poly.of(4))));
    assertEquals(
        """
        y[i: n, a: 5] = sum[j: 4](x[4*((i) // (4)) + j, a] where (4*((i) // (4)) + j <= n + -1))
        """,
        lowered(List.of(i, a), sumWhere(read(x, j, a), same, j)));
    Poly tap = Poly.of(i).minus(Poly.of(j).times(2)).plus(1);
    assertTrue(
        lowered(List.of(i, a), sum(times(read(x, j, a), readElse(w, number(0), tap)), j))
            .contains("sum[j: 2]((x[((i) // (2)) + j, a]"));
  }

  /** What a norm of the row before reads exists only behind the condition. */
  @Test
  void aConditionGoesAlongWithWhatItGuards() {
    Value x = builder.input("x", Term.Kind.FLOAT, Poly.of(n), Poly.of(4));
    Index a = index("a", 4);
    Index c = index("c", 4);
    Poly before = Poly.of(i).minus(1);
    Term mean = reduce(ReduceOp.MEAN, read(x, before, Poly.of(c)), c);
    Graph graph =
        graph(
            List.of(i, a),
            new Term.Choose(atMost(Poly.ONE, Poly.of(i)), minus(read(x, i, a), mean), number(7)));
    assertEquals(
        """
        y~1[i: n] = (if (1 <= i) then mean[c: 4](x[i + -1, c]) else 0.0)
        y[i: n, a: 4] = (if (1 <= i) then (x[i, a] - y~1[i]) else 7.0)
        """,
        lowered(graph));
    evaluates(graph, x);
  }

  /** A condition on an index that the part does not have cannot go along: the part stays. */
  @Test
  void whatCannotTakeItsConditionAlongStays() {
    Value x = builder.input("x", Term.Kind.FLOAT, Poly.of(n), Poly.of(4));
    Index a = index("a", 4);
    Index c = index("c", 4);
    Poly before = Poly.of(i).minus(1);
    Term mean = reduce(ReduceOp.MEAN, read(x, before, Poly.of(c)), c);
    Term condition = atMost(Poly.of(a).plus(1), Poly.of(i));
    Graph graph = graph(List.of(i, a), new Term.Choose(condition, mean, number(7)));
    assertEquals(
        "y[i: n, a: 4] = (if (a + 1 <= i) then mean[c: 4](x[i + -1, c]) else 7.0)\n",
        lowered(graph));
    evaluates(graph, x);
  }

  /** Without a guard, but only read where there is a place at all. */
  @Test
  void anEmptyLoopGuardsWhatIsTakenOutOfIt() {
    Value x = builder.input("x", Term.Kind.FLOAT, Poly.of(n), Poly.of(4));
    Index a = index("a", 4);
    Term last = apply(UnaryOp.EXP, read(x, Poly.of(n).minus(1), Poly.of(a)));
    Graph graph = graph(List.of(i, a), plus(read(x, i, a), last));
    assertTrue(lowered(graph).startsWith("y~1[a: 4] = (if (0 < n) then exp("), lowered(graph));
    evaluates(graph, x);
  }

  private void evaluates(Graph graph, Value x) {
    for (long length : new long[] {0, 1, 3}) {
      double[] data = new double[(int) length * 4];
      for (int at = 0; at < data.length; at++) {
        data[at] = at * 0.5 - 1;
      }
      Map<Value, double[]> given = new IdentityHashMap<>(Map.of(x, data));
      Map<Symbol, Long> lengths = Map.of(n, length, m, length);
      Value y = graph.results().get("y");
      double[] expected = new Interp(graph).evaluate(given, lengths).get(y);
      double[] actual = new Interp(Passes.lower(graph, Set.of())).evaluate(given, lengths).get(y);
      for (int at = 0; at < expected.length; at++) {
        assertEquals(expected[at], actual[at], 1e-12);
      }
    }
  }

  /** Two layers turn by the same angles: they are worked out once. */
  @Test
  void equalPartsOfAnyEquationsAreOneValue() {
    Value x = builder.input("x", Term.Kind.FLOAT, Poly.of(2), Poly.of(n), Poly.of(4));
    Index h = index("h", 2);
    Index e = index("e", 4);
    Term angle = times(apply(UnaryOp.FLOAT, new Term.Int(Poly.of(i))), number(0.5));
    Value first =
        builder.equation(
            "first", List.of(h, i, e), times(read(x, h, i, e), apply(UnaryOp.COS, angle)));
    Term again = times(apply(UnaryOp.FLOAT, new Term.Int(Poly.of(j))), number(0.5));
    Graph graph = graph(List.of(h, j, e), times(read(first, h, j, e), apply(UnaryOp.COS, again)));
    String text = lowered(graph);
    assertEquals(1, text.split("cos", -1).length - 1, text);
  }

  @Test
  void aShiftedFactorIsGatheredForItsProduct() {
    Value x = builder.input("x", Term.Kind.FLOAT, Poly.of(n), Poly.of(4));
    Value kernel = builder.weight("kernel", Poly.of(3), Poly.of(4), Poly.of(8));
    Index r = index("r", 3);
    Index c = index("c", 4);
    Index o = index("o", 8);
    Poly place = Poly.of(i).plus(Poly.of(r)).minus(1);
    String text =
        lowered(
            List.of(i, o),
            sum(times(readElse(x, number(0), place, Poly.of(c)), read(kernel, r, c, o)), r, c));
    assertTrue(
        text.endsWith("y[i: n, o: 8] = sum[r: 3, c: 4]((y~1[i, r, c] * kernel[r, c, o]))\n"), text);
  }

  private static Poly flops(Graph graph) {
    return graph.equations().stream().map(Work::flops).reduce(Poly.ZERO, Poly::plus);
  }

  /** A plain loop: one operation each. */
  @Test
  void workCountsOperations() {
    Value x = builder.input("x", Term.Kind.FLOAT, Poly.of(n), Poly.of(4));
    Index a = index("a", 4);
    Graph graph = graph(List.of(i, a), apply(UnaryOp.EXP, minus(read(x, i, a), number(1))));
    Equation only = graph.equations().getFirst();
    assertEquals("8 * n", Work.flops(only).toString());
  }
}
