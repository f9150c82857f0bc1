package xfm.compiler.generate;

/**
 * The logarithm of the sum of e to each score, in float64.
 *
 * @param most the greatest score
 * @param rest what the logarithm is above it; apart, since scores may be so great that it is lost
 */
record LogSum(double most, double rest) {
  static LogSum of(float[] scores, int start, int count) {
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      most = Math.max(most, scores[start + i]);
    }
    double total = 0;
    for (int i = 0; i < count; i++) {
      total += StrictMath.exp(scores[start + i] - most);
    }
    return new LogSum(most, StrictMath.log(total));
  }

  /** How far it is above a score: −log of the probability that the score gives. */
  double above(float score) {
    return rest + (most - score);
  }
}
