package xfm.compiler.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
}
