package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.Test;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Value;

class PlanTest {

  @Test
  void attentionIsOneStepBetweenProducts() {
    Plan plan = Plan.of(Models.attention(""), Set.of());
    assertEquals(
        """
        step value in memory batch kernel FLOPs bytes buffer
        1 x [n, 6] rows loop of 2 on vectors 0 28 * n + 264 1
        2 q [n, 2, 3] rows product (n) × (6) × (2, 3), packed, then a loop on vectors 78 * n 48 * n + 168 0
        2 k [n, 2, 3] rows product (n) × (6) × (2, 3), packed 72 * n 48 * n + 144 2
        2 v [n, 2, 3] rows product (n) × (6) × (2, 3), packed 72 * n 48 * n + 144 3
        3 y~1 [n, 2, 3] each attention (2) of n × (3) × n × (3), masked 34 * n ** 2 96 * n 4
        4 y [n, 6] rows product (n) × (2, 3) × (6), packed, then a loop on vectors 78 * n 72 * n + 144 1
        5 logits [n, 11] rows product (n) × (6) × (11), packed 132 * n 68 * n + 264 0
        """,
        unspaced(plan.toString().split("\nFLOPs in all")[0]));
  }

  @Test
  void theVerifierSeesValuesThatShareMemory() {
    Plan plan = Plan.of(Models.attention(""), Set.of());
    PlanVerifier.verify(plan);
    assertThrows(
        AssertionError.class, () -> PlanVerifier.verify(plan, value -> 0, PlanVerifier::part));
    // What comes to lie over a value that is read later.
    assertThrows(
        AssertionError.class,
        () ->
            PlanVerifier.verify(
                plan,
                value -> value.path().equals("k") ? 1 : plan.buffer(value),
                PlanVerifier::part));
  }

  private static String unspaced(String table) {
    return table.replaceAll(" +", " ");
  }

  @Test
  void aTableThatIsGatheredAndMultipliedIsKeptInBothForms() {
    String text = Plan.of(Models.attention(""), Set.of()).toString();
    assertTrue(
        text.contains("weight table [11, 6]: as declared; packed inner [1], columns [0]\n"), text);
  }

  @Test
  void namesMeanNothing() {
    Graph plain = Models.attention("");
    Graph renamed = Models.attention("_else");
    assertEquals(
        unspaced(Plan.of(plain, Set.of()).toString()),
        unspaced(Plan.of(renamed, Set.of()).toString().replace("_else", "")));
  }

  @Test
  void whatNobodyAskedForIsNotComputed() {
    Graph graph = Models.attention("");
    SequencedMap<String, Value> results = new LinkedHashMap<>();
    results.put("pattern", graph.seen().get("pattern"));
    Graph less =
        new Graph(
            graph.name(),
            graph.lengths(),
            graph.inputs(),
            graph.weights(),
            graph.equations(),
            results,
            graph.seen());
    List<String> made = made(Plan.of(less, Set.of()));
    assertTrue(made.contains("pattern"), made.toString());
    assertFalse(
        made.contains("v") || made.contains("y") || made.contains("logits"), made.toString());
    assertTrue(made(Plan.of(less, Set.of(graph.seen().get("v")))).contains("v"));
  }

  private static List<String> made(Plan plan) {
    return plan.steps().stream()
        .flatMap(step -> step.equations().stream())
        .map(equation -> equation.target().path())
        .toList();
  }
}
