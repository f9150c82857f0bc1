package xfm.compiler.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import xfm.compiler.diag.XfmException;

class SamplerTest {
  private static final int DRAWS = 20_000;

  private static Sampling sampling(double temperature, OptionalLong topK, double topP) {
    return new Sampling(false, temperature, topK, topP, 7);
  }

  /** How often each token comes, in {@link #DRAWS} steps. */
  private static double[] shares(Sampling sampling, float... scores) {
    Sampler sampler = new Sampler(sampling);
    double[] shares = new double[scores.length];
    for (int step = 0; step < DRAWS; step++) {
      shares[sampler.choose(scores, step)] += 1.0 / DRAWS;
    }
    return shares;
  }

  @Test
  void greedyTakesTheHighestAndOfEqualsTheLowest() {
    Sampler greedy = new Sampler(Sampling.GREEDY);
    assertEquals(2, greedy.choose(new float[] {-1, 0, 3, 3}, 0));
    assertEquals(1, greedy.choose(new float[] {Float.NEGATIVE_INFINITY, -5}, 0));
    assertEquals(0, greedy.choose(new float[] {-0f, 0f}, 0));
  }

  @Test
  void temperatureZeroAndTopOneAreGreedy() {
    float[] scores = {1, 5, 4};
    for (int step = 0; step < 50; step++) {
      assertEquals(1, new Sampler(sampling(0, OptionalLong.empty(), 1)).choose(scores, step));
      assertEquals(1, new Sampler(sampling(9, OptionalLong.of(1), 1)).choose(scores, step));
      assertEquals(1, new Sampler(sampling(1, OptionalLong.empty(), 1e-9)).choose(scores, step));
    }
  }

  @Test
  void tokensComeAsOftenAsTheSoftmaxSays() {
    float[] scores = {0, (float) Math.log(2), (float) Math.log(5)};
    double[] plain = shares(sampling(1, OptionalLong.empty(), 1), scores);
    double[] hot = shares(sampling(2, OptionalLong.empty(), 1), scores);
    double root = 1 + Math.sqrt(2) + Math.sqrt(5);
    // Four standard deviations of a share are below 0.015.
    for (int token = 0; token < 3; token++) {
      assertEquals(new double[] {1 / 8.0, 2 / 8.0, 5 / 8.0}[token], plain[token], 0.015);
      assertEquals(new double[] {1, Math.sqrt(2), Math.sqrt(5)}[token] / root, hot[token], 0.015);
    }
  }

  @Test
  void topKLeavesTheRestOut() {
    double[] shares = shares(sampling(1, OptionalLong.of(2), 1), 0, 1, 1, 1);
    assertEquals(0, shares[0]);
    assertEquals(0, shares[3], "of equals the lower tokens stay");
    assertEquals(0.5, shares[1], 0.015);
  }

  @Test
  void topPKeepsTheFewestThatReachIt() {
    float[] scores = {(float) Math.log(1), (float) Math.log(6), (float) Math.log(3)};
    double[] most = shares(sampling(1, OptionalLong.empty(), 0.59), scores);
    assertEquals(1, most[1], 1e-9);
    double[] two = shares(sampling(1, OptionalLong.empty(), 0.61), scores);
    assertEquals(0, two[0]);
    assertEquals(2 / 3.0, two[1], 0.015);
  }

  @Test
  void aTokenOfNoChanceNeverComes() {
    double[] shares = shares(sampling(5, OptionalLong.empty(), 1), Float.NEGATIVE_INFINITY, 0, 0);
    assertEquals(0, shares[0]);
  }

  @Test
  void theSeedAndTheStepDecideAlone() {
    float[] scores = new float[100];
    Sampler one = new Sampler(new Sampling(false, 1, OptionalLong.empty(), 1, 1));
    Sampler again = new Sampler(new Sampling(false, 1, OptionalLong.empty(), 1, 1));
    Sampler other = new Sampler(new Sampling(false, 1, OptionalLong.empty(), 1, 2));
    int differ = 0;
    for (int step = 99; step >= 0; step--) {
      one.choose(scores, step);
    }
    for (int step = 0; step < 100; step++) {
      assertEquals(one.choose(scores, step), again.choose(scores, step));
      differ += one.choose(scores, step) == other.choose(scores, step) ? 0 : 1;
    }
    assertTrue(differ > 80, "other seed, other tokens: " + differ);
  }

  @Test
  void scoresThatAreNoNumbersAreRefused() {
    Sampler sampler = new Sampler(Sampling.GREEDY);
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      assertThrows(XfmException.class, () -> sampler.choose(new float[] {1, bad}, 0));
    }
    float[] none = {Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY};
    assertThrows(XfmException.class, () -> sampler.choose(none, 0));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
  void badTemperatures(double temperature) {
    assertThrows(XfmException.class, () -> sampling(temperature, OptionalLong.empty(), 1));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.5, 1.001, Double.NaN})
  void badTopP(double topP) {
    assertThrows(XfmException.class, () -> sampling(1, OptionalLong.empty(), topP));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -3})
  void badTopK(long topK) {
    assertThrows(XfmException.class, () -> sampling(1, OptionalLong.of(topK), 1));
  }
}
