package xfm.compiler.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import xfm.compiler.ast.Item;
import xfm.compiler.diag.XfmException;
import xfm.compiler.source.Source;
import xfm.compiler.syntax.Parser;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.tensor.Tensor;

/** Ints at the edge of 32 bits: right, or refused before they are computed. */
class WholeNumbersTest {
  private static Model model(String text) {
    Program program = Program.of(Parser.parse(new Source("test.xfm", text)), Optional.empty());
    assertEquals(List.of(), program.check());
    Item.Declaration model = program.declaration(program.models().getLast()).orElseThrow();
    return program.make(model, Map.of(), model.span());
  }

  private static Tensor run(Model model, Map<String, Tensor> inputs) {
    return model.run(inputs, Set.of(), new Cancellation()).values().iterator().next();
  }

  private static Tensor ints(int... values) {
    return Tensor.ofInts(values, values.length);
  }

  private static String refused(Model model, Map<String, Tensor> inputs) {
    return assertThrows(XfmException.class, () -> run(model, inputs))
        .diagnostics()
        .getFirst()
        .message();
  }

  @Test
  void anInputWithoutABoundIsWhatItHolds() {
    try (Model model = model("model m(t: [n] int) -> [n] {\n  return y[i] = -2 * t[i] - 1\n}\n")) {
      int least = Integer.MAX_VALUE / 2;
      assertArrayEquals(
          new int[] {-7, -Integer.MAX_VALUE}, run(model, Map.of("t", ints(3, least))).toInts());
      String message = refused(model, Map.of("t", ints(3, least + 2)));
      assertTrue(message.contains("as small as -2,147,483,651"), message);
      assertTrue(message.startsWith("`-2 * t[i] - 1`"), message);
    }
  }

  @Test
  void lengthsDecide() {
    try (Model model =
        model(
            "model m(x: [n]) -> [n] {\n  return y[i] = x[i] + float(i * i * i % 7 + n * n)\n}\n")) {
      float[] expected = new float[1000];
      IntStream.range(0, 1000).forEach(i -> expected[i] = (long) i * i * i % 7 + 1_000_000);
      Tensor right = Tensor.ofFloats(new float[1000], 1000);
      assertArrayEquals(expected, run(model, Map.of("x", right)).toFloats());
      String message = refused(model, Map.of("x", Tensor.ofFloats(new float[1300], 1300)));
      assertTrue(message.startsWith("`i ** 3` may be as large as 2,191,933,899"), message);
    }
  }

  /** Only what is seen of it must fit: sums and products go around, offsets have 64 bits. */
  @Test
  void partsMayBeLarger() {
    String text =
        """
        model m(x: [n], s: [n] token(9), w: [9]) -> [n] {
          return y[i] = x[i] + float(3000000000 - s[i] - 2999999990 + sum[j: 1](9000000000000000 * j))
              + sum[j: 1](w[9000000000000000 * j + s[i]]) + (if s[i] < 3 then w[s[i] * 1000000 // 1000000] else 0)
        }
        """;
    try (Model model = model(text)) {
      float[] w = {0, 1, 2, 3, 4, 5, 6, 7, 8};
      Map<String, Tensor> inputs =
          Map.of(
              "x",
              Tensor.ofFloats(new float[3], 3),
              "s",
              ints(0, 2, 8),
              "w",
              Tensor.ofFloats(w, 9));
      assertArrayEquals(new float[] {10, 12, 10}, run(model, inputs).toFloats());
    }
  }

  /** What an equation made is between what it can make, not what an int can be. */
  @Test
  void madeIntsHaveTheBoundsOfTheirEquations() {
    String text =
        """
        model m(t: [n] token(40000), x: [n, 300]) -> [n] {
          third[i] = t[i] // 3
          best[i] = argmax[a](x[i, a])
          return y[i] = third[i] * 100000 + best[i] * 2000000
        }
        """;
    try (Model model = model(text)) {
      Tensor x = Tensor.ofFloats(new float[300], 1, 300);
      assertArrayEquals(
          new int[] {1_333_300_000}, run(model, Map.of("t", ints(39_999), "x", x)).toInts());
    }
  }
}
