package xfm.compiler.generate;

import java.util.Arrays;
import java.util.Comparator;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.runtime.random.CounterRandom;

/**
 * Chooses tokens by their scores. What is chosen at a step is a function of the scores, the seed
 * and the number of the step: the same on any number of threads, whatever was chosen before.
 */
public final class Sampler {
  private final Sampling sampling;

  public Sampler(Sampling sampling) {
    this.sampling = sampling;
  }

  /**
   * The token for step {@code step}; of equal scores the lower token comes first.
   *
   * @throws xfm.compiler.diag.XfmException if no score is a number above −∞, or one is no number
   */
  public int choose(float[] scores, long step) {
    check(scores);
    if (sampling.greedy()
        || sampling.temperature() == 0
        || sampling.topK().isPresent() && sampling.topK().getAsLong() == 1) {
      return best(scores);
    }
    Integer[] order = new Integer[scores.length];
    Arrays.setAll(order, token -> token);
    Arrays.sort(order, Comparator.comparing((Integer token) -> 0f - scores[token]));
    int kept = (int) Math.min(sampling.topK().orElse(scores.length), scores.length);
    double[] weights = new double[kept];
    double total = 0;
    for (int rank = 0; rank < kept; rank++) {
      double above = (double) scores[order[rank]] - scores[order[0]];
      weights[rank] = StrictMath.exp(above / sampling.temperature());
      total += weights[rank];
    }
    kept = nucleus(weights, total);
    return order[draw(weights, kept, CounterRandom.uniform(sampling.seed(), 0, step))];
  }

  static void check(float[] scores) {
    boolean any = false;
    for (float score : scores) {
      if (Float.isNaN(score) || score == Float.POSITIVE_INFINITY) {
        throw Diagnostic.of(Code.NUMBER, "a score of the next token is " + score)
            .note("the weights or the settings give numbers that cannot be compared")
            .raise();
      }
      any |= score > Float.NEGATIVE_INFINITY;
    }
    if (!any) {
      throw Diagnostic.of(Code.NUMBER, "every score of the next token is -inf: none can follow")
          .raise();
    }
  }

  /** The highest score; of several the lowest token. */
  public static int best(float[] scores) {
    int best = 0;
    for (int token = 1; token < scores.length; token++) {
      if (scores[token] > scores[best]) {
        best = token;
      }
    }
    return best;
  }

  /** How many ranks, from the first, have {@code topP} of the total between them. */
  private int nucleus(double[] weights, double total) {
    double sum = 0;
    for (int rank = 0; rank < weights.length; rank++) {
      sum += weights[rank];
      if (sum >= sampling.topP() * total) {
        return rank + 1;
      }
    }
    return weights.length;
  }

  /** The rank in whose share of the first {@code kept} weights the chance in [0, 1) falls. */
  private static int draw(double[] weights, int kept, double chance) {
    double total = 0;
    for (int rank = 0; rank < kept; rank++) {
      total += weights[rank];
    }
    double left = chance * total;
    for (int rank = 0; rank < kept - 1; rank++) {
      left -= weights[rank];
      if (left < 0) {
        return rank;
      }
    }
    return kept - 1;
  }
}
