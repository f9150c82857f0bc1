package xfm.compiler.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;

/** Every subscript is proved inside its axis, or the file is refused. */
class RangeProofTest {

  /** What the subscript of x: [n] may be, for an index i that runs over n. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          i
          n - 1 - i
          i // 2
          i // n
          i % n
          (i + 5) % n
          (i * 7 + 3) % n
          min(i + 1, n - 1)
          max(i - 1, 0)
          clamp(i - 3, 0, n - 1)
          clamp(floor(w[i]), 0, n - 1)
          i // 2 * 2
          i - i % 4
          i // 4 * 4 + min(i % 4, 1)
          i - i // 3
          """)
  void proved(String subscript) {
    Checked.ok(program(subscript, "x[" + subscript + "]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          i + 1
          i - 1
          2 * i
          i * i
          n
          n - i
          i // 2 * 2 + 1
          (i + 1) % 5
          max(i, 5)
          min(i - 1, n - 1)
          clamp(i + 1, 0, n)
          floor(w[i])
          0 - i
          """)
  void refused(String subscript) {
    Checked.refused(Code.INDEX, subscript, program(subscript, "x[" + subscript + "]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          if i > 0 then x[i - 1] else 0
          if i >= 1 and i < n then x[i - 1] else 0
          if i + 1 < n then x[i + 1] else 0
          if not i == 0 then x[i] else 0
          if i == 0 then 0 else if i < 2 then 0 else x[i - 2]
          if i < 1 or i > 3 then 0 else x[i - 1]
          if i > 0 and x[i - 1] > 2 then 1 else 0
          if i == 0 or x[i - 1] > 2 then 1 else 0
          (x[i - 1] else 0)
          (x[i + 1] * 2 else 0)
          (x[2 * i] else 0) + (x[i - 3] else 1)
          sum[j](x[j] where j < i) + 1
          sum[j: 4](x[j] where j < n)
          sum[j: 4](if j < n then x[j] else 0)
          sum[r: 3]((x[i + r - 1] else 0))
          """)
  void conditionsAreKnownToTheProof(String right) {
    Checked.ok(program("", right));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          if i > 0 then x[i + 1] else 0
          if i > 0 then 0 else x[i - 1]
          if i > 0 or n > 3 then x[i - 1] else 0
          if x[i - 1] > 2 and i > 0 then 1 else 0
          if w[i] > 0 then x[i - 1] else 0
          (x[i] else x[i - 1])
          sum[j: 4](x[j] where i < n)
          """)
  void whatIsNotKnownIsNotProved(String right) {
    Diagnostic problem = Checked.problem(program("", right));
    assertTrue(problem.code() == Code.INDEX, problem.message());
  }

  private static String program(String subscript, String right) {
    return "block b(x: [n], w: [n]) -> [n] {\n  return y[i: n] = w[i] * 0 + " + right + "\n}\n";
  }

  @Test
  void aBoundOnTheLengthIsKnown() {
    String text =
        """
        model m(x: [%s], context: int = 8) -> [n] {
          weight place: [context]
          return y[i: n] = x[i] + place[i]
        }
        """;
    Checked.ok(text.formatted("n <= context"));
    Diagnostic problem = Checked.refused(Code.INDEX, "i", text.formatted("n"));
    assertTrue(problem.help().contains("[n <= context]"), problem.help());
  }

  @Test
  void tokensAreInTheirVocabulary() {
    Checked.ok(
        "model m(t: [n] token(vocab), vocab: int = 5) -> [n] {\n"
            + "  weight w: [vocab]\n  return y[i] = w[t[i]]\n}\n");
    Checked.refused(
        Code.INDEX,
        "t[i]",
        "model m(t: [n] token(vocab), vocab: int = 5) -> [n] {\n"
            + "  weight w: [4]\n  return y[i] = w[t[i]]\n}\n");
    Checked.refused(
        Code.INDEX,
        "t[i] + 1",
        "model m(t: [n] token(vocab), vocab: int = 5) -> [n] {\n"
            + "  weight w: [vocab]\n  return y[i] = w[t[i] + 1]\n}\n");
  }

  @Test
  void aBoundedResultIsKnown() {
    Checked.ok(
        """
        fn bucket(i: int, buckets: int) -> int < buckets
          require buckets > 0
        = clamp(i, 0, buckets - 1)

        block b(x: [n], buckets: int) -> [n] require buckets > 0 {
          weight w: [buckets]
          return y[i: n] = x[i] * w[bucket(i, buckets)]
        }
        """);
    Checked.refused(Code.INDEX, "i", "fn bucket(i: int, buckets: int) -> int < buckets = i\n");
  }

  @Test
  void groupedHeadsNeedTheirRequirement() {
    String text =
        """
        block b(q: [heads, n], k: [kv_heads, n], heads: int, kv_heads: int) -> [heads, n] %s {
          let group = heads / kv_heads
          return y[h, i] = q[h, i] + k[h // group, i]
        }
        """;
    Checked.ok(text.formatted("require heads % kv_heads == 0"));
    Diagnostic problem = Checked.problem(text.formatted(""));
    assertTrue(problem.help().contains("require"), problem.help());
  }

  @Test
  void whatIsReadOutsideIsWhatElseSays() {
    assertArrayEquals(
        new double[] {9, 1, 2},
        Checked.ok("model m(x: [n]) -> [n] {\n  return y[i: n] = (x[i - 1] else 9)\n}\n")
            .with("x", 1, 2, 3)
            .see("y"));
  }

  @Test
  void aStridedConvolution() {
    assertArrayEquals(
        new double[] {0 + 1 + 2, 2 + 3 + 4, 4 + 5 + 0},
        Checked.ok(
                """
                model m(x: [n]) -> [(n + 1) // 2] {
                  return y[t: (n + 1) // 2] = sum[r: 3]((x[2 * t + r - 1] else 0))
                }
                """)
            .length("n", 5)
            .with("x", 1, 2, 3, 4, 5)
            .see("y"));
  }

  @Test
  void aFunctionIsProvedAtItsCall() {
    // `near` reads w: what is passed for `score` is proved where it is called
    String text =
        """
        block scored(x: [n], score: (i < n) -> float) -> [n] {
          return y[i] = score(i) * x[i]
        }
        model m(x: [n], w: [%s]) -> [n] {
          return scored(x, score = (i) -> w[i])
        }
        """;
    Checked.ok(text.formatted("n"));
    Checked.refused(Code.INDEX, "i", text.formatted("k"));
  }

  @Test
  void whatAFunctionParameterIsGivenIsProved() {
    Checked.refused(
        Code.INDEX,
        "i + 1",
        "block scored(x: [n], score: (i < n) -> float) -> [n] {\n"
            + "  return y[i] = score(i + 1) * x[i]\n}\n");
  }

  /** Where an index of half the places stands, there are two. */
  @Test
  void anIndexOfAShareOfTheSizeSaysThatTheSizeIsThere() {
    String text =
        """
        fn f(x: [n, d], pick: [n // 2] int < max(n, 1)) -> [n // 2, d] {
          return y[i, a] = x[%s, a] * x[pick[i], a] * (if n >= 4 then x[3, a] else 1)
        }
        """;
    Checked.ok(text.formatted("n - 2"));
    Checked.ok(text.formatted("2 * i + 1"));
    Checked.refused(Code.INDEX, "n - 3", text.formatted("n - 3"));
  }

  /** The sizes that divide each other may be those of tensors, and stand anywhere in the header. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "k: [n, g], h: int",
        "k: [n, g], q: [h]",
        "q: [n, h], k: [n, g]",
        "h: int, g: int, k: [n, g]",
      })
  void groupsOfSizesOfTensors(String parameters) {
    String text =
        """
        fn f(%s) -> [n, h] %s {
          let group = h / g
          o[i, a, b: h / g] = k[i, a] * k[i, (a * group + b) // group]
          return y[i, e: h] = o[i, e // group, e %% group] + k[i, e // (h / g)]
        }
        """;
    Checked.ok(text.formatted(parameters, "require h % g == 0"));
    Checked.refused(Code.INDEX, "e // group", text.formatted(parameters, ""));
  }

  /** A block's header and its equation: products of ranges, strides, patches, groups. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x: [g * p, d], g: int, p: int | y[i: g, t: p, a] = x[i * p + t, a]
          x: [g, p, d], g: int, p: int | y[i: g * p, a] = x[i // p, i % p, a]
          x: [n, d], g: int, p: int | y[i: g * p, a: d] = float(i // p) + sum[t: g](if t == i // p then 1 else 0)
          x: [n, g * p], g: int, p: int | y[i, h: g, e: p] = x[i, h * p + e]
          x: [n, 3 * d], heads: int, d: int | y[i, c: 3, h: heads, e: d // heads] = x[i, c * d + h * (d // heads) + e]
          x: [n, c], s: int, k: int | y[t: (n - k) // s + 1, a] = sum[r: k](x[s * t + r, a])
          x: [n, c], s: int | y[t: n // s, a] = mean[u: s](x[t * s + u, a])
          x: [n, c] | y[t: n // 4, a] = mean[u: 4](x[4 * t + u, a])
          x: [n, c], s: int | y[i: n, a] = x[i // s * s, a]
          x: [n, c], s: int | y[t: n * s, a] = x[t // s, a]
          x: [c, h, w], p: int | y[i: h // p * (w // p), o: c] = sum[u: p, v: p](x[o, i // (w // p) * p + u, i % (w // p) * p + v])
          x: [c, h, w] | y[i: h // 16 * (w // 16), o: c] = sum[u: 16, v: 16](x[o, i // (w // 16) * 16 + u, i % (w // 16) * 16 + v])
          x: [h, w, r * r], r: int | y[i: h * r, j: w * r] = x[i // r, j // r, i % r * r + j % r]
          x: [n, d], f: int | y[i: n, j: 2 * abs(f) + 1] = sum[k: 2 * abs(f) + 1](if k == clamp(i - j, -abs(f), abs(f)) + abs(f) then 1 else 0)
          x: [n, d] | y[i, e] = if e < d // 2 then x[i, e + d // 2] else if e < d // 2 * 2 then x[i, e - d // 2] else x[i, e]
          x: [n, d], m: int | y[i, e] = if e < m and m % 2 == 0 and m <= d then x[i, e] else 0
          x: [n, 2 * r], r: int | y[i, e: 2 * r] = x[i, e // 2 * 2 + 1 - e % 2]
          """)
  void sizesMadeOfOthers(String header, String equation) {
    Checked.ok(
        "block b("
            + header
            + ")\n"
            + (header.contains("heads: int") ? "  require d % heads == 0\n" : "")
            + (header.contains(", s: int") ? "  require s > 0\n" : "")
            + (header.contains("k: int") ? "  require k > 0\n" : "")
            + (header.contains("p: int") ? "  require p > 0\n" : "")
            + (header.contains("r: int") ? "  require r > 0\n" : "")
            + "{\n  return "
            + equation
            + "\n}\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          i * p + t + 1 | x: [g * p], g: int, p: int | y[i: g, t: p]
          i * g + t | x: [g * p], g: int, p: int | y[i: g, t: p]
          s * t + r | x: [n], s: int | y[t: n // s + 1, r: s]
          i // w | x: [h], h: int, w: int | y[i: h * w + 1]
          """)
  void sizesThatDoNotFit(String subscript, String header, String left) {
    Checked.refused(
        Code.INDEX,
        subscript,
        "block b("
            + header
            + ") require "
            + (header.contains("p: int")
                ? "p > 0"
                : header.contains(", s: int") ? "s > 0" : "w > 0")
            + " {\n  return "
            + left
            + " = x["
            + subscript
            + "]\n}\n");
  }

  @Test
  void anIntThatIsComputedKeepsItsBounds() {
    String text =
        """
        block b(x: [n, d], far: int) -> [n, n] require far > 0 {
          weight table: [2 * far]
          place[i: n, j: n] = %s
          return y[i, j] = table[place[i, j]] + 0 * x[i, 0 * place[i, j]]
        }
        """
            .replace(" + 0 * x[i, 0 * place[i, j]]", "");
    Checked.ok(text.formatted("clamp(i - j, -far, far - 1) + far"));
    Checked.ok(text.formatted("if i < j then 0 else min(i - j, far)"));
    Checked.ok(text.formatted("argmax[k: far, s: 2](float(k + s - i))"));
    Checked.ok(text.formatted("argmax[k: far](float(k) where k < i else far)"));
    Checked.refused(
        Code.INDEX, "place[i, j]", text.formatted("argmax[k: far](float(k) where k < i else -1)"));
    Checked.refused(Code.INDEX, "place[i, j]", text.formatted("clamp(i - j, -far, far) + far"));
  }

  @Test
  void choicesThatBelongTogether() {
    Checked.ok(
            """
            fn bucket(i: int, j: int, buckets: int, far: int, both: bool) -> int < buckets
              require buckets % 4 == 0 and buckets > 0
            {
              let side = if both then buckets / 2 else buckets
              let exact = side / 2
              let gap = if both then abs(j - i) else max(i - j, 0)
              let log_gap = exact + floor(log(float(max(gap, 1)) / exact) / log(float(far) / exact) * (side - exact))
              return (if both and j > i then side else 0) + (if gap < exact then gap else clamp(log_gap, exact, side - 1))
            }
            block biased(x: [n, d], both: bool) -> [n, n] {
              weight table: [32]
              return y[i: n, j: n] = table[bucket(i, j, 32, 128, both)]
            }
            model m(x: [n, 2]) -> [n, n] {
              y = one: biased(x, both = true)
              return y + (two: biased(x, both = false))
            }
            """
                .replace("y + (two: biased(x, both = false))", "z")
                .replace("  return z", "  z = two: biased(x, both = false)\n  return y + z"))
        .graph();
  }

  /** With numbers for sizes, a distance below one bounds the difference on both sides. */
  @Test
  void aDistanceBoundsTheDifference() {
    Checked.ok(
        """
        block near(x: [n, d], w: int) -> [n, n] {
          weight table: [2 * w - 1]
          return s[i, j] = if abs(i - j) < w then table[i - j + w - 1] else 0
        }
        model m(x: [n, 4]) -> [n, n] { return near(x, w = 3) }
        """);
  }

  /** A condition that leaves places out takes no proof away, however much it says. */
  @Test
  void whatIsProvedOfAllIsProvedOfSome() {
    Checked.ok(
        """
        block near(x: [r, c, d], most: int) -> [r * c, r * c] require r <= most require c <= most {
          weight table: [2 * most - 1, 2 * most - 1]
          s[i: r * c, j: r * c] = table[i // c - j // c + most - 1, i % c - j % c + most - 1]
          return y[i, j] = softmax[j](s[i, j] where abs(i // c - j // c) <= 2 and abs(i % c - j % c) <= 2)
        }
        block within(x: [r, c, d], most: int) -> [r * c, r * c] require r <= most require c <= most {
          weight table: [2 * most - 1, 2 * most - 1]
          return y[i: r * c, j: r * c] = softmax[j](table[i // c - j // c + most - 1, i % c - j % c + most - 1] where abs(i // c - j // c) <= 2 and abs(i % c - j % c) <= 2)
        }
        model m(x: [r <= 16, c <= 16, 4], most: int = 16) -> [r * c, r * c] {
          a = one: near(x, most)
          b = two: within(x, most)
          return y[i, j] = a[i, j] + b[i, j]
        }
        """);
  }
}
