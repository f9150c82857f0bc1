package xfm.compiler.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import xfm.compiler.diag.XfmException;

class GeneratorTest {
  private final List<Integer> lengths = new ArrayList<>();
  private final List<Integer> heard = new ArrayList<>();
  private int slides;

  /** After a token comes its successor, of ten. */
  private float[] successor(int[] tokens) {
    lengths.add(tokens.length);
    float[] scores = new float[10];
    scores[(tokens[tokens.length - 1] + 1) % 10] = 1;
    return scores;
  }

  private int[] generate(
      OptionalLong context, IntPredicate stops, boolean slide, long max, int... prompt) {
    return new Generator(this::successor, context, stops, slide)
        .generate(prompt, max, new Sampler(Sampling.GREEDY), heard::add, () -> slides++);
  }

  private int[] generate(long max, int... prompt) {
    return generate(OptionalLong.of(6), token -> false, false, max, prompt);
  }

  @Test
  void goesOnAndHandsOutEachToken() {
    assertArrayEquals(new int[] {8, 9, 0}, generate(3, 5, 7));
    assertEquals(List.of(8, 9, 0), heard);
    assertEquals(List.of(2, 3, 4), lengths);
  }

  @Test
  void endsBeforeAStopToken() {
    assertArrayEquals(
        new int[] {4, 5}, generate(OptionalLong.empty(), t -> t == 6 || t == 9, false, 100, 3));
    assertEquals(List.of(4, 5), heard);
  }

  @Test
  void mayFillTheContextAndOneMore() {
    assertEquals(5, generate(5, 0, 1).length);
    XfmException error = assertThrows(XfmException.class, () -> generate(6, 0, 1));
    assertTrue(error.diagnostics().getFirst().notes().getFirst().contains("2 tokens and 6"));
    assertThrows(XfmException.class, () -> generate(1, 0, 1, 2, 3, 4, 5, 6));
    assertThrows(XfmException.class, () -> generate(Long.MAX_VALUE, 0));
    assertEquals(List.of(2, 3, 4, 5, 6), lengths, "nothing is computed for a text that is refused");
  }

  @Test
  void slidesOverTheLastTokensAndSaysSoOnce() {
    int[] written = generate(OptionalLong.of(3), token -> false, true, 5, 0, 1);
    assertArrayEquals(new int[] {2, 3, 4, 5, 6}, written);
    assertEquals(List.of(2, 3, 3, 3, 3), lengths);
    assertEquals(1, slides);
  }

  @Test
  void nothingToReadOrToWrite() {
    assertThrows(XfmException.class, () -> generate(1));
    assertThrows(XfmException.class, () -> generate(-1, 0));
    assertEquals(0, generate(0, 0).length);
    assertEquals(List.of(), lengths);
  }

  @Test
  void surpriseIsMinusTheLogOfTheShare() {
    float[] scores = {9, 9, 0, (float) Math.log(3), 9};
    assertEquals(-Math.log(0.75), WindowLoss.surprise(scores, 2, 2, 1), 1e-7);
    float[] large = {1e30f, 1e30f};
    assertEquals(Math.log(2), WindowLoss.surprise(large, 0, 2, 0), 1e-12);
    assertThrows(XfmException.class, () -> WindowLoss.surprise(scores, 0, 2, 2));
  }
}
