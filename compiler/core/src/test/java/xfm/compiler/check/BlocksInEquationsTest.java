package xfm.compiler.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import xfm.compiler.diag.Code;
import xfm.compiler.ir.Graph;

/** Blocks that an equation calls on slices, and blocks passed as functions and recipes. */
class BlocksInEquationsTest {

  private static Map<String, String> weights(Checked checked) {
    Map<String, String> weights = new TreeMap<>();
    for (Graph.Weight weight : checked.graph().weights()) {
      weights.put(weight.value().path(), weight.value().shape().toString());
    }
    return weights;
  }

  private static final String SCALED =
      """
      block scaled(v: [k], by: int) -> [k] {
        weight gain: [k]
        let twice = 2 * by
        h[e] = v[e] * gain[e]
        return y[e] = h[e] * twice + v[0] * 0
      }
      """;

  @Test
  void aBlockOfAVectorHasOneSetOfWeightsForAllSlices() {
    Checked checked =
        Checked.ok(
            SCALED.replace("v[0]", "h[e]")
                + """
                model m(x: [n, d], d: int = 2) -> [n, d] {
                  return y[i, e] = scaled(x[i, :], by = i)[e] + 1
                }
                """);
    assertEquals(Map.of("scaled.gain", "[2]"), weights(checked));
    checked.length("n", 2).with("scaled.gain", 10, 100).with("x", 1, 2, 3, 4);
    assertArrayEquals(new double[] {1, 1, 61, 801}, checked.see("y"));
    assertArrayEquals(new double[] {10, 200, 30, 400}, checked.see("scaled.h"));
    assertEquals("[n, 2]", checked.graph().seen().get("scaled.h").shape().toString());
  }

  @Test
  void whatItDefinesHasTheAxesOfTheIndicesItDependsOn() {
    Checked checked =
        Checked.ok(
            """
            block mixed(v: [k]) -> [k] {
              weight w: [k, k]
              constant[e] = sum[f](w[e, f])
              h[e] = tanh(v[f] * w[f, e])
              return y[e] = h[e] + constant[e]
            }
            model m(x: [g, n, 3]) -> [n, g, 3] {
              return y[i, h, e] = mixed(x[h, i, :])[e]
            }
            """);
    var seen = checked.graph().seen();
    assertEquals("[3]", seen.get("mixed.constant").shape().toString());
    assertEquals("[n, g, 3]", seen.get("mixed.h").shape().toString());
  }

  @Test
  void underAConditionItIsDefinedOnlyWhereThatHolds() {
    Checked checked =
        Checked.ok(
                """
                block twice(v: [k]) -> [k] {
                  weight w: [k]
                  h[e] = v[e] * w[e]
                  return y[e] = h[e] + v[e]
                }
                model m(x: [n, 2]) -> [n, 2] {
                  let f = share twice
                  a[i: n, e] = if i > 0 then f(x[i - 1, :])[e] else 5
                  b[i: n, e] = (f(x[i + 1, :])[e] else 7)
                  return y[i, e] = a[i, e] * 100 + b[i, e]
                }
                """)
            .length("n", 2)
            .with("f.w", 1, 2)
            .with("x", 1, 2, 3, 4);
    assertArrayEquals(new double[] {506, 512, 207, 607}, checked.see("y"));
    assertArrayEquals(new double[] {0, 0, 1, 4}, checked.see("twice.h@1"));
    assertArrayEquals(new double[] {3, 8, 0, 0}, checked.see("twice.h"));
  }

  @Test
  void twoCallsInOneScopeNeedLabels() {
    String text =
        SCALED
            + """
            model m(x: [n, d], d: int = 2) -> [n, d] {
              a[i, e] = ONEscaled(x[i, :], by = i)[e]
              return y[i, e] = TWOscaled(a[i, :], by = i)[e]
            }
            """;
    Checked.refused(
        Code.PATH, "scaled(a[i, :], by = i)", text.replace("ONE", "").replace("TWO", ""));
    assertEquals(
        List.of("one.gain", "two.gain"),
        List.copyOf(
            weights(Checked.ok(text.replace("ONE", "one: ").replace("TWO", "two: "))).keySet()));
  }

  @Test
  void aBlockPassedAsAFunctionIsOneInstanceInTheCallThatTakesIt() {
    Checked checked =
        Checked.ok(
            """
            block turned(vector: [k], place: int) -> [k] {
              weight speed: [k]
              return y[e] = vector[e] * cos(place * speed[e])
            }
            block slope(s: float, h: int < heads, i: int, j: int, heads: int) -> float {
              weight rate: [heads]
              return s - rate[h] * abs(i - j)
            }
            model m(x: [n, d], d: int = 4) -> [n, d] {
              repeat 2 as layer[l] {
                x += attention(x, heads = 2, mask = causal, position = turned, score = slope(heads = 2))
              }
              return y[i, a] = x[i, a]
            }
            """);
    Map<String, String> weights = weights(checked);
    assertEquals("[2]", weights.get("layer[0].attention.turned.speed"));
    assertEquals("[2]", weights.get("layer[1].attention.slope.rate"));
    assertEquals(2 * 6, weights.size());
  }

  @Test
  void aSharedOneIsOneInAllLayers() {
    Map<String, String> weights =
        weights(
            Checked.ok(
                """
                block slope(s: float, h: int < heads, i: int, j: int, heads: int) -> float {
                  weight rate: [heads]
                  return s - rate[h] * abs(i - j)
                }
                model m(x: [n, d], d: int = 4) -> [n, d] {
                  let near = share slope(heads = 2)
                  repeat 3 as layer[l] {
                    x += attention(x, heads = 2, score = near)
                  }
                  return y[i, a] = x[i, a]
                }
                """));
    assertEquals("[2]", weights.get("near.rate"));
    assertEquals(1 + 3 * 4, weights.size());
  }

  private static final String STACK =
      """
      block norm(x: [..., d]) -> [..., d] {
        weight gain: [d] = ones
        return y[..., a] = x[..., a] * gain[a]
      }
      block linear(x: [n, d]) -> [n, d] {
        weight w: [d, d]
        return y[i, b] = x[i, a] * w[a, b]
      }
      block stack(x: [n, d], inner: block([n, d]) -> [n, d]) -> [n, d] {
        repeat 2 as layer[l] {
          x += inner(x)
          x += again: inner(x)
        }
        return y[i, a] = x[i, a]
      }
      """;

  @Test
  void aRecipeHasNewWeightsAtEachUse() {
    assertEquals(
        List.of(
            "stack.layer[0].again.w",
            "stack.layer[0].linear.w",
            "stack.layer[1].again.w",
            "stack.layer[1].linear.w"),
        List.copyOf(
            weights(
                    Checked.ok(
                        STACK
                            + """
                            model m(x: [n, 3]) -> [n, 3] {
                              return y = stack(x, inner = linear)
                            }
                            """
                                .replace("return y =", "return")))
                .keySet()));
  }

  @Test
  void aFunctionOfCallsIsARecipeToo() {
    assertEquals(
        List.of(
            "stack.layer[0].again.linear.w",
            "stack.layer[0].again.norm.gain",
            "stack.layer[0].linear.w",
            "stack.layer[0].norm.gain"),
        weights(
                Checked.ok(
                    STACK
                        + """
                        model m(x: [n, 3]) -> [n, 3] {
                          return stack(x, inner = (x) -> linear(norm(x)))
                        }
                        """))
            .keySet()
            .stream()
            .filter(path -> path.contains("[0]"))
            .toList());
  }

  @Test
  void whatIsSharedSharesEverythingInIt() {
    Checked checked =
        Checked.ok(
            STACK
                + """
                block layer(x: [n, d], score: (s: float) -> float) -> [n, d] {
                  let once = share linear
                  x += attention(norm(x), heads = 1, score = score)
                  x += once(x)
                  x += once(x)
                  return y[i, a] = x[i, a]
                }
                block scaled(s: float) -> float {
                  weight by: []
                  return s * by[]
                }
                model m(x: [n, 2]) -> [n, 2] {
                  let one = share layer(score = scaled)
                  repeat 3 as step[l] {
                    x = one(x)
                  }
                  return y[i, a] = x[i, a]
                }
                """);
    assertEquals(
        List.of(
            "one.attention.key",
            "one.attention.output",
            "one.attention.query",
            "one.attention.scaled.by",
            "one.attention.value",
            "one.norm.gain",
            "one.once.w"),
        List.copyOf(weights(checked).keySet()));
  }

  @Test
  void twoOfOneNameAreSaidOnceWhereTheyStand() {
    var problems =
        Checked.problems(
            STACK
                + """
                block layer(x: [n, d]) -> [n, d] {
                  return norm(norm(x))
                }
                model m(x: [n, 2]) -> [n, 2] {
                  let one = share layer
                  return one(x)
                }
                """);
    assertEquals(
        List.of("two weights would both be called `norm.gain`"),
        problems.stream().map(p -> p.message()).toList());
  }

  @Test
  void aHookKeepsToItsRange() {
    Checked.refused(
        Code.INDEX,
        "h = i",
        """
        block slope(s: float, h: int < heads, heads: int) -> float {
          weight rate: [heads]
          return s - rate[h]
        }
        model m(x: [n, d], d: int = 4) -> [n, d] {
          return y[i, a] = slope(s = x[i, a], h = i, heads = 2)
        }
        """);
  }
}
