package xfm.compiler.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleConsumer;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.tensor.Tensor;

/**
 * How well a model predicts a text: the mean of −log p(next token), in nats, over consecutive
 * windows. Window w reads tokens {@code w·W … w·W+W−1} and predicts each one's successor; all
 * windows that fit are taken, so every prediction sees at most W tokens.
 *
 * @param loss in nats per predicted token, summed and log-softmaxed in float64
 */
public record WindowLoss(double loss, long windows, long predictions) {

  /** Tokens of the windows that run together, where one window has no more. */
  private static final int BATCH = 512;

  /**
   * Measures.
   *
   * @param progress gets the share that is done, from 0 to 1, again and again
   * @throws XfmException if no window fits
   */
  public static WindowLoss measure(
      TokenModel model,
      int[] tokens,
      long window,
      DoubleConsumer progress,
      Cancellation cancellation) {
    if (window < 1) {
      throw Diagnostic.of(Code.INPUT, "a window has at least 1 token, and not " + window).raise();
    }
    long windows = (tokens.length - 1L) / window;
    if (windows < 1) {
      throw Diagnostic.of(Code.INPUT, "the text is shorter than one window")
          .note(
              "it has "
                  + Generator.tokens(tokens.length)
                  + "; a window of "
                  + window
                  + " needs "
                  + (window + 1))
          .help(
              tokens.length < 2 ? "" : "take a shorter one: `window = " + (tokens.length - 1) + "`")
          .raise();
    }
    int size = Math.toIntExact(window);
    double sum = 0;
    int together = Math.max(1, BATCH / size);
    for (long first = 0; first < windows; first += together) {
      cancellation.check();
      List<int[]> batch = new ArrayList<>();
      for (long w = first; w < Math.min(windows, first + together); w++) {
        int from = Math.toIntExact(w * window);
        batch.add(Arrays.copyOfRange(tokens, from, from + size));
      }
      int at = Math.toIntExact(first * window);
      for (Tensor result : model.scores(batch, cancellation)) {
        float[] scores = result.toFloats();
        int vocab = scores.length / size;
        for (int i = 0; i < size; i++) {
          sum += surprise(scores, i * vocab, vocab, tokens[++at]);
        }
      }
      progress.accept((double) (first + batch.size()) / windows);
    }
    return new WindowLoss(sum / (windows * window), windows, windows * window);
  }

  /** −log of the probability that the scores give to {@code token}. */
  static double surprise(float[] scores, int start, int vocab, int token) {
    if (token < 0 || token >= vocab) {
      throw Diagnostic.of(Code.INPUT, "the text has a token " + token)
          .note("the model knows 0 to " + (vocab - 1))
          .raise();
    }
    return LogSum.of(scores, start, vocab).above(scores[start + token]);
  }
}
