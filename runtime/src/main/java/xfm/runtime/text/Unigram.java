package xfm.runtime.text;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import xfm.runtime.io.JsonValue;

/**
 * The most probable way to cut a word, each piece having a probability of its own (Kudo 2018,
 * "Subword Regularization").
 */
final class Unigram implements Subwords {
  /** How much less probable than the least probable piece a character without a piece is. */
  private static final double UNKNOWN_PENALTY = 10;

  private final Map<String, Integer> vocabulary;
  private final double[] scores;
  private final int unknown;
  private final boolean bytes;
  private final double least;
  private final int longest;

  private Unigram(Map<String, Integer> vocabulary, double[] scores, int unknown, boolean bytes) {
    this.vocabulary = vocabulary;
    this.scores = scores;
    this.unknown = unknown;
    this.bytes = bytes;
    least = Arrays.stream(scores).min().orElse(0) - UNKNOWN_PENALTY;
    longest = vocabulary.keySet().stream().mapToInt(String::length).max().orElse(0);
  }

  static Unigram of(Fields fields, Map<String, Integer> vocabulary) {
    List<JsonValue> items = fields.list("vocab");
    double[] scores = new double[items.size()];
    for (int token = 0; token < scores.length; token++) {
      scores[token] =
          switch (((JsonValue.Arr) items.get(token)).items().get(1)) {
            case JsonValue.Decimal(double score) -> divided(score);
            case JsonValue.Int(var score) -> score.doubleValue();
            case JsonValue other ->
                throw fields.odd("vocab[" + token + "]", "a piece and its score were expected");
          };
    }
    int unknown = fields.number("unk_id", -1);
    if (unknown < 0 || unknown >= scores.length) {
      throw fields.odd("unk_id", "the number of the unknown piece was expected here");
    }
    return new Unigram(vocabulary, scores, unknown, fields.flag("byte_fallback", false));
  }

  /**
   * The digits as written, divided by a power of ten: in the last bit not always the nearest
   * double. The library that wrote these files reads them so, and between two ways of equal
   * probability (twenty zeros from twos and threes) that bit decides.
   */
  private static double divided(double score) {
    BigDecimal written = new BigDecimal(Double.toString(score));
    int scale = written.scale();
    return scale > 0 && scale <= 22 && written.precision() <= 18
        ? written.unscaledValue().longValue() / Math.pow(10, scale)
        : score;
  }

  @Override
  public void encode(String word, IntConsumer tokens) {
    int length = word.length();
    double[] best = new double[length + 1];
    int[] from = new int[length + 1];
    int[] piece = new int[length + 1];
    Arrays.fill(from, -1);
    for (int start = 0; start < length; ) {
      int character = word.offsetByCodePoints(start, 1);
      boolean single = false;
      for (int end = character; end <= Math.min(length, start + longest); ) {
        Integer token = vocabulary.get(word.substring(start, end));
        if (token != null) {
          reach(best, from, piece, start, end, token, scores[token]);
          single |= end == character;
        }
        end = end < length ? word.offsetByCodePoints(end, 1) : length + 1;
      }
      if (!single) {
        reach(best, from, piece, start, character, unknown, least);
      }
      start = character;
    }
    List<int[]> cuts = new ArrayList<>();
    for (int end = length; end > 0; end = from[end]) {
      boolean join = !cuts.isEmpty() && piece[end] == unknown && cuts.getLast()[2] == unknown;
      if (join) {
        cuts.getLast()[0] = from[end];
      } else {
        cuts.add(new int[] {from[end], end, piece[end]});
      }
    }
    for (int[] cut : cuts.reversed()) {
      emit(word.substring(cut[0], cut[1]), tokens);
    }
  }

  private static void reach(
      double[] best, int[] from, int[] piece, int start, int end, int token, double score) {
    double all = best[start] + score;
    if (from[end] < 0 || all > best[end]) {
      best[end] = all;
      from[end] = start;
      piece[end] = token;
    }
  }

  private void emit(String text, IntConsumer tokens) {
    Integer token = vocabulary.get(text);
    if (token != null) {
      tokens.accept(token);
      return;
    }
    Optional<List<Integer>> single = bytes ? Subwords.bytes(text, vocabulary) : Optional.empty();
    single.ifPresentOrElse(all -> all.forEach(tokens::accept), () -> tokens.accept(unknown));
  }
}
