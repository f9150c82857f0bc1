package xfm.compiler.ir;

/** The error function in double, for the interpreter. */
public final class Erf {
  private Erf() {}

  /**
   * {@code erf x = 2/√π · exp(−x²) · Σ 2^k x^(2k+1) / (1 · 3 ⋯ (2k+1))} (Abramowitz and Stegun
   * 7.1.6): no two terms cancel. Beyond 6 the result is 1 in double.
   */
  public static double of(double x) {
    if (Math.abs(x) > 6) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int k = 1; Math.abs(term) > 1e-18 * Math.abs(sum); k++) {
      term *= 2 * x * x / (2 * k + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * StrictMath.exp(-x * x) * sum;
  }
}
