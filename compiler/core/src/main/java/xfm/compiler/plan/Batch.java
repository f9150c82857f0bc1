package xfm.compiler.plan;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.stream.Collectors;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Value;

/**
 * A plan with the lengths of a run: of each of its sequences, and of all of them end to end. There
 * is no padding: of a value that is not the same for all, each sequence has as much memory as it
 * needs, one behind the other.
 */
final class Batch {
  private final Plan plan;
  private final List<Map<Atom.Symbol, Long>> lengths;
  private final List<Binding> sequences;
  private final Binding whole;
  private final Map<Value, long[]> starts = new IdentityHashMap<>();

  /**
   * @param lengths of each sequence; at least one
   */
  Batch(Plan plan, List<Map<Atom.Symbol, Long>> lengths) {
    this.plan = plan;
    this.lengths = lengths.stream().map(Map::copyOf).toList();
    Map<Map<Atom.Symbol, Long>, Binding> equal = new HashMap<>();
    this.sequences =
        this.lengths.stream()
            .map(own -> equal.computeIfAbsent(own, _ -> new Binding(plan, own)))
            .toList();
    Map<Atom.Symbol, Long> sums = new HashMap<>();
    lengths.forEach(own -> own.forEach((symbol, length) -> sums.merge(symbol, length, Long::sum)));
    this.whole = lengths.size() == 1 ? sequences.getFirst() : new Binding(plan, sums);
  }

  boolean is(Plan otherPlan, List<Sequence> others) {
    boolean same = plan == otherPlan && lengths.size() == others.size();
    for (int s = 0; same && s < lengths.size(); s++) {
      same = lengths.get(s).equals(others.get(s).lengths());
    }
    return same;
  }

  Plan plan() {
    return plan;
  }

  /** How many sequences. */
  int size() {
    return sequences.size();
  }

  Binding sequence(int number) {
    return sequences.get(number);
  }

  /** The sequences end to end, for steps that see rows. */
  Binding whole() {
    return whole;
  }

  /** For messages. */
  String what() {
    return size() == 1 ? "this run takes" : "this batch takes";
  }

  /** What makes it take less. */
  String help() {
    return size() == 1 ? "shorten the input" : "shorten the input, or give fewer sequences at once";
  }

  /** The lengths, for messages: of a batch how many sequences, from which to which, and the sum. */
  String lengthsText() {
    Map<Atom.Symbol, Long> first = lengths.getFirst();
    if (size() == 1) {
      return first.toString();
    }
    return first.keySet().stream()
        .map(symbol -> {
          LongSummaryStatistics all =
              lengths.stream().mapToLong(own -> own.get(symbol)).summaryStatistics();
          return "%s from %,d to %,d, together %,d"
              .formatted(symbol, all.getMin(), all.getMax(), all.getSum());
        })
        .collect(Collectors.joining("; ", "%,d sequences: ".formatted(size()), ""));
  }

  /** Of each sequence the byte at which it begins in a value, and the end of the last. */
  long[] starts(Value value) {
    return starts.computeIfAbsent(
        value,
        v -> {
          if (plan.isSame(v)) {
            return new long[] {0, whole.bytes(v)};
          }
          long[] made = new long[size() + 1];
          for (int s = 0; s < size(); s++) {
            made[s + 1] = Math.addExact(made[s], sequences.get(s).bytes(v));
          }
          return made;
        });
  }

  /** What each buffer must hold: a place at least, for kernels that look before they leap. */
  long[] bufferBytes() {
    return plan.buffers().stream()
        .mapToLong(
            values -> values.stream().mapToLong(this::bytes).reduce(Copies.ALIGNMENT, Math::max))
        .toArray();
  }

  /** What a run hands out and makes: not what it is given. */
  long resultBytes() {
    return plan.kept().stream()
        .filter(v -> !plan.isWeight(v) && !plan.isInput(v))
        .mapToLong(v -> plan.isPrepared(v) ? Math.multiplyExact(size(), bytes(v)) : bytes(v))
        .reduce(0, Math::addExact);
  }

  private long bytes(Value value) {
    long[] bounds = starts(value);
    return bounds[bounds.length - 1];
  }
}
