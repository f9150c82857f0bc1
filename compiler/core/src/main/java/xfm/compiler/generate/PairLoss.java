package xfm.compiler.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.tensor.Tensor;

/**
 * How well a model with an encoder predicts what it is to write: the mean of −log p over all tokens
 * of all pairs, in nats. The decoder reads the start token and then what is to be written, up to
 * the token before the one that it predicts.
 */
public final class PairLoss {
  /** Pairs that run together. */
  private static final int BATCH = 32;

  private PairLoss() {}

  /**
   * One text and what is to be written for it.
   *
   * @param written with the token that ends it
   */
  public record Pair(int[] read, int[] written) {}

  /**
   * Measures.
   *
   * @param start what the decoder's text begins with
   * @param progress gets the share that is done, from 0 to 1, again and again
   * @throws XfmException if there is nothing to predict
   */
  public static double measure(
      TokenModel model,
      List<Pair> pairs,
      int start,
      DoubleConsumer progress,
      Cancellation cancellation) {
    double sum = 0;
    long count = 0;
    for (int first = 0; first < pairs.size(); first += BATCH) {
      cancellation.check();
      List<Pair> batch = pairs.subList(first, Math.min(pairs.size(), first + BATCH));
      List<TokenModel.Reading> readings = new ArrayList<>();
      for (Pair pair : batch) {
        if (pair.written().length == 0) {
          throw Diagnostic.of(Code.INPUT, "there is nothing to predict: the text is empty").raise();
        }
        readings.add(new TokenModel.Reading(pair.read(), shifted(pair.written(), start)));
      }
      List<Tensor> results = model.scoresOf(readings, cancellation);
      for (int p = 0; p < batch.size(); p++) {
        int[] written = batch.get(p).written();
        float[] scores = results.get(p).toFloats();
        int vocab = scores.length / written.length;
        for (int i = 0; i < written.length; i++) {
          sum += WindowLoss.surprise(scores, i * vocab, vocab, written[i]);
        }
        count += written.length;
      }
      progress.accept((double) (first + batch.size()) / pairs.size());
    }
    if (count == 0) {
      throw Diagnostic.of(Code.INPUT, "there is nothing to predict: the list is empty").raise();
    }
    return sum / count;
  }

  private static int[] shifted(int[] written, int start) {
    int[] reads = new int[written.length];
    reads[0] = start;
    System.arraycopy(written, 0, reads, 1, written.length - 1);
    return reads;
  }
}
