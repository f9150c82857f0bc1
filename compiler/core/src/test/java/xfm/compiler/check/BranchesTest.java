package xfm.compiler.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import xfm.compiler.diag.Code;
import xfm.compiler.ir.Graph;

/** `if` statements: each branch is a scope, and what it binds anew is carried out. */
class BranchesTest {
  private static final String LAYERS =
      """
      block near(x: [n, d], far: int) -> [n, d] {
        weight gain: [d]
        return y[i, a] = gain[a] * (x[i - far, a] else 0)
      }
      model m(x: [n, d], d: int = 2, layers: int = 3) -> [n, d] {
        repeat layers as layer[l] {
          if l %% 2 == 0 {
            step = near(x, far = 1)
            x += step
          } else {
            step = near(x, far = 2)
            x = step
          }
        }
        return x
      }
      """
          .formatted();

  @Test
  void bothMayHoldOneBlockUnderOnePath() {
    Graph graph = Checked.ok(LAYERS).graph();
    assertEquals(3, graph.weights().size());
    assertEquals("layer[1].near.gain", graph.weights().get(1).value().path());
    double[] y =
        Checked.ok(LAYERS)
            .length("n", 3)
            .set("d", 1L)
            .with("x", 1, 2, 3)
            .with("layer[0].near.gain", 1)
            .with("layer[1].near.gain", 1)
            .with("layer[2].near.gain", 1)
            .see("x");
    // 1 2 3 → 1 3 5 → 0 0 1 → 0 0 1
    assertArrayEquals(new double[] {0, 0, 1}, y);
  }

  @Test
  void eachBranchBeginsWithWhatWasBefore() {
    String text =
        """
        block b(x: [n, d], wide: bool) -> [n, d] {
          z = x
          if wide {
            z[i, a] = x[i, a] * 2
            y = z + x
          } else {
            y = z - x
          }
          return %s
        }
        """;
    Checked.refused(Code.NAME, "z", text.formatted("z"));
    String fine = text.replace("z[i, a] =", "t[i, a] =").replace("y = z + x", "z = t");
    Checked.refused(Code.NAME, "y", fine.formatted("y"));
    Checked.ok(fine.formatted("z"));
  }

  @Test
  void aShapeMayChangeButNotInOneBranchAlone() {
    String text =
        """
        block b(x: [n, d], half: bool) -> %s {
          y = x
          if half {
            t[i: n // 2, a] = x[2 * i, a]
            %s
          }
          %s
        }
        """;
    Checked.ok(
        text.formatted("[n // 2, d]", "y = t", "z[i: n // 2, a] = x[2 * i, a]\n  y = z\n  return y")
            .replace("    y = t\n", ""));
    Checked.refused(Code.SHAPE, "half", text.formatted("[n, d]", "y = t", "return y"));
    Checked.refused(Code.SHAPE, "return t", text.formatted("[n, d]", "return t", "return y"));
  }

  @Test
  void whatComesAfterAReturnInOneBranchIsCheckedToo() {
    String text =
        """
        model m(x: [n], twice: bool = %s) -> [n] {
          if twice { return y[i] = 2 * x[i] }
          return z[i] = x[i%s]
        }
        """;
    assertArrayEquals(
        new double[] {1, 2},
        Checked.ok(text.formatted("false", "")).length("n", 2).with("x", 1, 2).see("z"));
    assertArrayEquals(
        new double[] {2, 4},
        Checked.ok(text.formatted("true", "")).length("n", 2).with("x", 1, 2).see("y"));
    Checked.refused(Code.INDEX, "i + 1", text.formatted("true", " + 1"));
  }

  @Test
  void overDataInAFunction() {
    assertArrayEquals(
        new double[] {2, 4, -5, 6},
        Checked.ok(
                """
                fn turned(v: [k]) -> [k] {
                  u = v
                  let s = 1
                  if v[0] < 3 {
                    w[e] = 2 * v[e]
                    u = w
                  } else if v[0] < 9 {
                    s = -1
                  }
                  if v[k - 1] > 100 { return v } else { return r[e] = if e == 0 then s * u[e] else u[e] }
                }
                model m(x: [n, 2]) -> [n, 2] {
                  return y[i, e] = turned(x[i, :])[e]
                }
                """
                    .replace(
                        "fn turned(v: [k]) -> [k] {", "fn turned(v: [k]) -> [k] require k > 0 {"))
            .length("n", 2)
            .with("x", 1, 2, 5, 6)
            .see("y"));
  }

  @Test
  void listsGrowInABranch() {
    Checked skips =
        Checked.ok(
            """
            model m(x: [n, d], d: int = 2, layers: int = 4) -> [n, d] {
              hs = []
              repeat layers as layer[l] {
                if l % 2 == 0 { hs += [x] }
                y[i, a] = x[i, a] + 1
                x = y
              }
              z[i, a] = sum[k](hs[k][i, a])
              return z
            }
            """);
    assertArrayEquals(
        new double[] {1 + 3}, skips.set("d", 1L).length("n", 1).with("x", 1).see("z"));
  }

  /** Long skips: one half of the layers fills the list, the other reads it from its end. */
  @Test
  void listsAreReadInTheBranchThatDoesNotGrowThem() {
    Checked skips =
        Checked.ok(
            """
            model m(x: [n], layers: int = 4) -> [n] require layers % 2 == 0 {
              hs = []
              repeat layers as layer[l] {
                if l < layers // 2 {
                  hs += [x]
                  grown[i] = x[i] + 1
                  x = grown
                } else {
                  met[i] = 10 * x[i] + hs[layers - 1 - l][i]
                  x = met
                }
              }
              return z[i] = x[i]
            }
            """);
    // 1 → 2 → 3 → 10 · 3 + 2 = 32 → 10 · 32 + 1
    assertArrayEquals(new double[] {321}, skips.length("n", 1).with("x", 1).see("z"));
  }

  /** A weight may have a size, and an equation as its beginning, of the layer's number. */
  @Test
  void weightsOfTheLayersNumber() {
    Checked widening =
        Checked.ok(
            """
            model m(x: [n], layers: int = 3) -> [n] {
              repeat layers as layer[l] {
                weight alpha[k: l + 2] = if k == l + 1 then 1 else 0
                y[i] = x[i] + sum[k](alpha[k])
                x = y
              }
              return z[i] = x[i]
            }
            """);
    widening.length("n", 1).with("x", 0);
    widening.with("layer[0].alpha", 1, 2).with("layer[1].alpha", 0, 0, 4);
    assertArrayEquals(new double[] {15}, widening.with("layer[2].alpha", 0, 0, 0, 8).see("z"));
  }

  @Test
  void listsByAnIndex() {
    String text =
        """
        model m(x: [n], layers: int = 3) -> [n] {
          hs = [x]
          repeat layers as layer[l] {
            weight alpha: [l + 2]
            y[i] = 2 * x[i]
            hs += [y]
            mixed[i] = alpha[k] * hs[k][i]
            x = mixed
          }
          best[i] = max[k](hs[k][i])
          return z[i] = x[i] + 1000 * best[i]
        }
        """;
    // 1 → hs 1, 2 → 1 + 2 * 2 = 5 → hs 1, 2, 10 → 1 + 0 + 10 = 11 → hs 1, 2, 10, 22 → 22
    assertArrayEquals(
        new double[] {22 + 22_000},
        Checked.ok(text)
            .length("n", 1)
            .with("x", 1)
            .with("layer[0].alpha", 1, 2)
            .with("layer[1].alpha", 1, 0, 1)
            .with("layer[2].alpha", 0, 0, 0, 1)
            .see("z"));
    Checked.refused(
        Code.SHAPE,
        "k",
        """
        block b(x: [n, d]) -> [n, d] {
          weight alpha: [3]
          hs = [x, x]
          return y[i, a] = alpha[k] * hs[k][i, a]
        }
        """);
    Checked.refused(
        Code.SHAPE,
        "hs",
        """
        block b(x: [n, d], z: [m, d]) -> [n, d] {
          hs = [x, z]
          return y[i: n, a] = sum[k: 2](hs[k][i, a])
        }
        """);
  }
}
