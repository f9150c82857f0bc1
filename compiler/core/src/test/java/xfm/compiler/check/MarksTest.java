package xfm.compiler.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import xfm.compiler.diag.Code;
import xfm.compiler.ir.Graph;
import xfm.compiler.print.Print;

/** What changes no value: {@code keep}, {@code penalty}, {@code stop}, {@code dropout}. */
class MarksTest {

  @Test
  void keepIsRecordedAndChangesNothing() {
    Checked checked =
        Checked.ok(
            """
            block latent(x: [n, d], rank: int) -> [n, d] {
              weight down: [d, rank]
              weight up: [rank, d]
              keep c[i, r] = x[i, a] * down[a, r]
              return y[i, b] = c[i, r] * up[r, b]
            }
            model m(x: [n, 3]) -> [n, 3] {
              keep z = x + x
              keep s[i, a] = (s[i - 1, a] else 0) + z[i, a]
              return latent(s, rank = 2)
            }
            """);
    Graph graph = checked.graph();
    assertEquals(
        Set.of(graph.seen().get("z"), graph.seen().get("s"), graph.seen().get("latent.c")),
        graph.marks().kept());
    assertTrue(Print.flat(graph).contains("  keep v0["), Print.flat(graph));
    assertTrue(Print.graph(graph).contains("keep latent.c["), Print.graph(graph));
  }

  @Test
  void penaltiesOfLayersAddUp() {
    String text =
        """
        block layer(x: [n, d]) -> [n, d] {
          weight w: [d]
          penalty size = 0.5 * mean[i, a](x[i, a] * w[a])
          return y[i, a] = x[i, a] * w[a]
        }
        model m(x: [n, 2]) -> [n, 2] {
          repeat 2 as layers[l] {
            x = layer(x)
          }
          penalty other = sum[i](x[i, 0])
          return y[i, a] = x[i, a]
        }
        """;
    Checked checked =
        Checked.ok(text)
            .length("n", 1)
            .with("x", 1, 2)
            .with("layers[0].layer.w", 3, 5)
            .with("layers[1].layer.w", 1, 1);
    assertArrayEquals(new double[] {0.25 * 13}, checked.see("layers[0].layer.size"));
    assertArrayEquals(new double[] {0.25 * 13 + 0.25 * 13}, checked.see("size"));
    assertArrayEquals(new double[] {3}, checked.see("other"));
    assertEquals(
        List.of("size", "other"), List.copyOf(checked.graph().marks().penalties().keySet()));
  }

  @Test
  void aPenaltyIsOneNumberOfABlock() {
    Checked.refused(Code.SHAPE, "x", "model m(x: [n]) -> [n] {\n  penalty p = x\n  return x\n}\n");
    Checked.refused(
        Code.SYNTAX,
        "penalty p = x[0]",
        "fn f(x: [3]) -> [3] {\n  penalty p = x[0]\n  return x\n}\n");
    Checked.refused(
        Code.SYNTAX,
        "keep y[i] = x[i]",
        "fn f(x: [3]) -> [3] {\n  keep y[i] = x[i]\n  return y\n}\n");
    Checked.refused(
        Code.NAME,
        "penalty w = x[0]",
        """
        block b(x: [3]) -> [3] {
          penalty w = x[0]
          return x
        }
        model m(x: [3]) -> [3] {
          weight w: [3]
          return y[i] = b(x)[i] * w[i]
        }
        """);
  }

  @Test
  void withoutTrainingNothingIsDroppedOrStopped() {
    assertArrayEquals(
        new double[] {6, 12},
        Checked.ok(
                """
                model m(x: [n]) -> [n] {
                  y = dropout(stop(x), 0.5)
                  return z[i] = if training then 0 else dropout(y[i], 0.1) + stop(2 * x[i])
                }
                """)
            .length("n", 2)
            .with("x", 2, 4)
            .see("z"));
  }
}
