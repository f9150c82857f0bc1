package xfm.runtime.text;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.IntConsumer;
import xfm.runtime.io.JsonValue;
import xfm.runtime.io.Printable;

/**
 * Byte-pair encoding (Sennrich, Haddow, Birch 2016): a word's characters are joined pair by pair,
 * in the order in which the pairs were learned, from the left.
 */
final class PairMerger implements Subwords {
  private final Map<String, Integer> vocabulary;
  private final Map<Long, Merge> merges = new HashMap<>();
  private final String prefix;
  private final String suffix;
  private final Optional<Integer> unknown;
  private final boolean joinUnknown;
  private final boolean bytes;
  private final boolean wholeFirst;

  /** What a pair becomes, and how early it was learned. */
  private record Merge(int rank, int token) {}

  /** A pair that may be joined, if neither side changed since. */
  private record Candidate(int rank, int place, int left, int right, int token) {}

  private PairMerger(Fields fields, Map<String, Integer> vocabulary) {
    this.vocabulary = vocabulary;
    prefix = fields.text("continuing_subword_prefix").orElse("");
    suffix = fields.text("end_of_word_suffix").orElse("");
    unknown =
        fields
            .text("unk_token")
            .filter(piece -> !piece.isEmpty())
            .map(piece -> Subwords.need(fields, vocabulary, piece));
    joinUnknown = fields.flag("fuse_unk", false);
    bytes = fields.flag("byte_fallback", false);
    wholeFirst = fields.flag("ignore_merges", false);
  }

  static PairMerger of(Fields fields, Map<String, Integer> vocabulary) {
    PairMerger merger = new PairMerger(fields, vocabulary);
    List<JsonValue> pairs = fields.list("merges");
    for (int rank = 0; rank < pairs.size(); rank++) {
      String[] pair = pair(fields, pairs.get(rank), rank);
      Integer left = vocabulary.get(pair[0]);
      Integer right = vocabulary.get(pair[1]);
      String joined =
          pair[0] + pair[1].substring(Math.min(merger.prefix.length(), pair[1].length()));
      Integer token = vocabulary.get(joined);
      if (left == null || right == null || token == null) {
        throw fields.odd(
            "merges[" + rank + "]",
            "the vocabulary lacks a part of this pair, or what it becomes: "
                + Printable.quote(joined));
      }
      merger.merges.put(key(left, right), new Merge(rank, token));
    }
    return merger;
  }

  private static String[] pair(Fields fields, JsonValue value, int rank) {
    if (value instanceof JsonValue.Text(String text) && text.split(" ", -1).length == 2) {
      return text.split(" ", -1);
    }
    if (value instanceof JsonValue.Arr(List<JsonValue> items)
        && items.size() == 2
        && items.get(0) instanceof JsonValue.Text(String left)
        && items.get(1) instanceof JsonValue.Text(String right)) {
      return new String[] {left, right};
    }
    throw fields.odd("merges[" + rank + "]", "a pair of pieces was expected here");
  }

  private static long key(int left, int right) {
    return (long) left << Integer.SIZE | right;
  }

  @Override
  public void encode(String word, IntConsumer tokens) {
    if (wholeFirst && vocabulary.containsKey(word)) {
      tokens.accept(vocabulary.get(word));
      return;
    }
    int[] symbols =
        new int[3 * (word.length() + suffix.length() + word.length() * prefix.length())]; // bytes
    int count = symbols(word, symbols);
    int[] next = new int[count];
    int[] before = new int[count];
    PriorityQueue<Candidate> queue =
        new PriorityQueue<>(
            Comparator.comparingInt(Candidate::rank).thenComparingInt(Candidate::place));
    for (int i = 0; i < count; i++) {
      before[i] = i - 1;
      next[i] = i + 1;
      offer(queue, symbols, i, i + 1 < count ? i + 1 : -1);
    }
    while (!queue.isEmpty()) {
      Candidate best = queue.remove();
      int at = best.place();
      int after = next[at];
      if (symbols[at] != best.left() || after >= count || symbols[after] != best.right()) {
        continue;
      }
      symbols[at] = best.token();
      symbols[after] = -1;
      next[at] = next[after];
      if (next[at] < count) {
        before[next[at]] = at;
        offer(queue, symbols, at, next[at]);
      }
      if (before[at] >= 0) {
        offer(queue, symbols, before[at], at);
      }
    }
    for (int i = 0; i < count; i = next[i]) {
      tokens.accept(symbols[i]);
    }
  }

  private void offer(PriorityQueue<Candidate> queue, int[] symbols, int at, int after) {
    if (after >= 0) {
      Merge merge = merges.get(key(symbols[at], symbols[after]));
      if (merge != null) {
        queue.add(new Candidate(merge.rank(), at, symbols[at], symbols[after], merge.token()));
      }
    }
  }

  /** The tokens of single characters; what the vocabulary lacks is its bytes, or unknown. */
  private int symbols(String word, int[] symbols) {
    int count = 0;
    boolean open = false;
    for (int from = 0; from < word.length(); ) {
      int to = word.offsetByCodePoints(from, 1);
      String piece =
          (from > 0 ? prefix : "") + word.substring(from, to) + (to == word.length() ? suffix : "");
      from = to;
      Integer token = vocabulary.get(piece);
      Optional<List<Integer>> single =
          token == null && bytes ? Subwords.bytes(piece, vocabulary) : Optional.empty();
      if (token != null) {
        symbols[count++] = token;
        open = false;
      } else if (single.isPresent()) {
        for (int each : single.get()) {
          symbols[count++] = each;
        }
        open = false;
      } else if (unknown.isPresent() && !(open && joinUnknown)) {
        symbols[count++] = unknown.get();
        open = true;
      }
    }
    return count;
  }
}
