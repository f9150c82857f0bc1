package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import xfm.compiler.ir.Atom.Symbol;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Value;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.tensor.Tensor;

/** What one walk over scores computes together, what it must not, and what stays a product. */
class SharedScoresTest {
  private static final String SCORES =
      """
      weight query, key, value: [6, 4]
      q[i, e] = x[i, a] * query[a, e]
      k[j, e] = x[j, a] * key[a, e]
      v[j, e] = x[j, a] * value[a, e]
      s[i, j] = q[i, e] * k[j, e]
      """;

  private static Graph graph(String inputs, String result, String body) {
    String text = "model m(" + inputs + ") -> " + result + " {\n" + body.indent(2) + "}\n";
    return Written.graph(text, Map.of());
  }

  private static Graph graph(String result, String body) {
    return graph("x: [n, 6]", result, SCORES + body);
  }

  private static List<Step.Attention> attentions(Plan plan) {
    List<Step.Attention> found = new ArrayList<>();
    for (Step step : plan.steps()) {
      if (step instanceof Step.Attention attention) {
        found.add(attention);
      }
    }
    return found;
  }

  private static List<String> made(Step.Attention step) {
    return step.equations().stream().map(equation -> equation.target().path()).toList();
  }

  /** Runs a batch of these lengths and holds it against the interpreter. */
  private static void check(Graph graph, Plan plan, long... sizes) {
    List<Sequence> batch = new ArrayList<>();
    for (long size : sizes) {
      Map<Symbol, Long> lengths = new HashMap<>();
      graph.lengths().forEach(length -> lengths.put(length, size));
      batch.add(new Sequence(Models.data(graph, lengths), lengths));
    }
    Map<Value, Tensor> weights = batch.getFirst().inputs();
    Compared compared = new Compared();
    try (Executor executor = new Executor(Kernels.select(), 2, Memory.of(1L << 30))) {
      graph.weights().forEach(w -> executor.bind(w.value(), weights.get(w.value())));
      List<Map<Value, Tensor>> found = executor.run(plan, batch, new Cancellation());
      for (int s = 0; s < sizes.length; s++) {
        Map<Value, Tensor> data = new HashMap<>(batch.get(s).inputs());
        graph.weights().forEach(w -> data.put(w.value(), weights.get(w.value())));
        compared.check(graph, plan, found.get(s), data, batch.get(s).lengths());
      }
    }
    compared.assertTight();
  }

  @Test
  void whatScoresComeToIsMadeBesideTheValuesTheyWeight() {
    Graph graph =
        graph(
            "[n, 4]",
            """
            most[i] = max[j](s[i, j] where j < i else 7)
            total[i] = logsumexp[j](s[i, j] where j < i)
            y[i, e] = softmax[j](s[i, j] where j < i) * v[j, e]
            return z[i, e] = y[i, e] + tanh(most[i]) - exp(total[i])
            """);
    Plan plan = Plan.of(graph, Set.copyOf(graph.seen().values()));
    assertEquals(List.of("y", "most~1", "total"), made(attentions(plan).getFirst()));
    check(graph, plan, 9, 1, 0, 70);
  }

  @Test
  void thePlanSaysWhatIsMadeBeside() {
    Graph graph =
        graph(
            "[n, 4]",
            """
            weight sink: []
            total[i] = logsumexp[j](s[i, j])
            y[i, e] = softmax[j](s[i, j]) * v[j, e]
            return z[i, e] = sigmoid(total[i] - sink) * y[i, e]
            """);
    String text = Plan.of(graph, Set.of()).toString();
    assertTrue(
        text.lines()
            .anyMatch(line -> line.matches("2 +total +\\[n\\] +each +the scores' logsumexp .*")),
        text);
  }

  @Test
  void valuesThatNeedWhatTheScoresComeToAreWeightedLater() {
    Graph graph =
        graph(
            "[n, 4]",
            """
            total[i] = logsumexp[j](s[i, j] where j <= i)
            pattern[i, j] = softmax[j](s[i, j] where j <= i)
            once[i, e] = pattern[i, j] * v[j, e]
            w[j, e] = once[j, e] * tanh(total[j])
            return y[i, e] = pattern[i, j] * w[j, e]
            """);
    Plan plan = Plan.of(graph, Set.of());
    assertEquals(List.of(List.of("once", "total"), List.of("y")), both(plan));
    check(graph, plan, 9, 1, 70);
  }

  @Test
  void patternsThatNeedEachOthersResultsAreNotTorn() {
    Graph graph =
        graph(
            "[n, 4]",
            """
            p[i, j] = softmax[j](s[i, j] where j <= i)
            r[i, j] = softmax[j](s[j, i])
            a[i, e] = p[i, j] * v[j, e]
            b[i, e] = r[i, j] * v[j, e]
            c[i, e] = p[i, j] * tanh(b[j, e])
            d[i, e] = r[i, j] * tanh(a[j, e])
            return y[i, e] = c[i, e] + d[i, e]
            """);
    Plan plan = Plan.of(graph, Set.of());
    assertEquals(3, attentions(plan).size(), plan::toString);
    check(graph, plan, 9, 1, 70);
  }

  private static List<List<String>> both(Plan plan) {
    return attentions(plan).stream().map(SharedScoresTest::made).toList();
  }

  @Test
  void whatComesOfWeightsAloneIsNotMadeBesideWhatDoesNot() {
    Graph graph =
        graph(
            "x: [n, 6], z: [5, 3]",
            "[5, 3]",
            """
            weight q, k: [5, 4]
            total[i] = logsumexp[j](q[i, e] * k[j, e])
            y[i, a] = softmax[j](q[i, e] * k[j, e]) * z[j, a]
            return w[i, a] = y[i, a] * tanh(total[i])
            """);
    Plan plan = Plan.of(graph, Set.of());
    // What the scores come to is no part of a run: it is made before the first.
    assertEquals(List.of(List.of("y")), both(plan));
    check(graph, plan, 3, 1, 2);
  }

  /** What is added to the scores holds their divisor, where only its value is read. */
  @Test
  void aDivisorBehindAValueOfEachPair() {
    Graph graph =
        graph(
            "[n, 4]",
            """
            all[i] = logsumexp[j](tanh(float(i * j) / 9) + s[i, j])
            joint[i] = log(exp(all[i]) + 1)
            less[i: n, j: n] = tanh(float(i * j) / 9) - joint[i]
            return y[i, e] = exp(less[i, j] + s[i, j]) * v[j, e]
            """);
    Plan plan = Plan.of(graph, Set.of());
    assertEquals(1, attentions(plan).size(), plan::toString);
    check(graph, plan, 9, 1, 0, 70);
  }

  @Test
  void aLogsumexpOfItsOwnReadsAProduct() {
    Graph graph = graph("[n]", "return total[i] = logsumexp[j](s[i, j] where j <= i)\n");
    Plan plan = Plan.of(graph, Set.of());
    assertEquals(List.of(), attentions(plan));
    assertTrue(plan.steps().stream().anyMatch(s -> makes(s, "s")), plan::toString);
    check(graph, plan, 9, 1, 70);
  }

  private static boolean makes(Step step, String value) {
    return step instanceof Step.Multiply multiply
        && multiply.equations().stream().anyMatch(e -> e.target().path().equals(value));
  }

  /** An activation that is an exponential: two products, with packed weights. */
  @Test
  void powersThatNobodySumsAreNoAttention() {
    Graph graph =
        graph(
            "x: [n, 6]",
            "[n, 6]",
            """
            weight up: [6, 9]
            weight down: [9, 6]
            inner[i, f] = exp(x[i, a] * up[a, f])
            return y[i, b] = inner[i, f] * down[f, b]
            """);
    Plan plan = Plan.of(graph, Set.of());
    assertEquals(List.of(), attentions(plan));
    check(graph, plan, 9, 1, 0);
  }

  /** Of what was made for it nobody reads anything: `z` is read once, so that it is never made. */
  @Test
  void anAttentionThatTurnsOutToBeNoneLeavesNothing() {
    Graph graph =
        graph(
            "x: [n, 64]",
            "[n, 4]",
            """
            weight key, value: [64, 4]
            weight one: [64, 2]
            weight two: [2, 64]
            weight down: [64, 4]
            k[j, e] = x[j, a] * key[a, e]
            v[j, e] = x[j, a] * value[a, e]
            z[i, a] = x[i, c] * one[c, r] * two[r, a]
            s[i, j] = if j < i then sum[e, a](z[i, a] * down[a, e] * k[j, e]) / 2.0 else -inf
            all[i] = logsumexp[j](s[i, j] where j <= i)
            return y[i, e] = sum[j](exp(s[i, j] - all[i]) * v[j, e] where j <= i)
            """);
    Plan plan = Plan.of(graph, Set.of());
    assertEquals(List.of(), attentions(plan));
    assertTrue(plan.steps().stream().noneMatch(s -> makes(s, "z")), plan::toString);
    check(graph, plan, 9, 1);
  }

  @Test
  void anUnusedSumKeepsNothing() {
    Graph graph =
        graph(
            "[n]",
            """
            y[i, e] = softmax[j](s[i, j]) * v[j, e]
            return total[i] = logsumexp[j](s[i, j])
            """);
    Plan plan = Plan.of(graph, Set.of());
    assertFalse(plan.toString().contains("attention"), plan::toString);
    check(graph, plan, 9, 1);
  }
}
