package xfm.compiler.generate;

import java.util.OptionalLong;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;

/**
 * How the next token is chosen from the scores.
 *
 * @param greedy always the highest score; the rest is then not looked at
 * @param temperature the scores are divided by it; 0 is greedy
 * @param topK only the so many highest scores take part
 * @param topP of those, the fewest whose probabilities add up to this at least: in (0, 1]
 * @param seed of the random numbers
 * @throws xfm.compiler.diag.XfmException if a number is outside its range
 */
public record Sampling(
    boolean greedy, double temperature, OptionalLong topK, double topP, long seed) {

  /** The highest score. */
  public static final Sampling GREEDY = new Sampling(true, 1, OptionalLong.empty(), 1, 0);

  public Sampling {
    if (!(temperature >= 0) || temperature == Double.POSITIVE_INFINITY) {
      throw bad("temperature is a number from 0, and is " + temperature, "0 is greedy, 1 is plain");
    }
    if (topK.isPresent() && topK.getAsLong() < 1) {
      throw bad("top_k is at least 1, and is " + topK.getAsLong(), "1 is greedy");
    }
    if (!(topP > 0 && topP <= 1)) {
      throw bad("top_p is above 0 and at most 1, and is " + topP, "1 leaves nothing out");
    }
  }

  private static RuntimeException bad(String message, String help) {
    return Diagnostic.of(Code.INPUT, message).help(help).raise();
  }
}
