package xfm.compiler.account;

import java.util.List;
import java.util.Optional;

/**
 * What a model that writes its text token by token has to keep: exactly the tensors that some
 * equation reads at another place than its own, along the length that grows. Queries are read at
 * their own place alone, keys and values by all later ones. What does not depend on the text that
 * grows (an encoder's results, tables of positions) is not counted: it is there once.
 *
 * @param grows the length that grows; "" where there is no cache
 * @param rows in the order of the equations
 * @param notCausal why there is no such cache: a place depends on later ones, or it cannot be shown
 *     that none does
 */
public record Cache(String grows, List<Row> rows, Optional<String> notCausal) {

  /**
   * A tensor.
   *
   * @param bytes of one place, float32
   * @param last how many of the last places are read; empty if all are
   */
  public record Row(String path, long bytes, Optional<Long> last) {}

  /** By how much the cache grows with each token. */
  public long bytesPerToken() {
    return rows.stream()
        .filter(row -> row.last().isEmpty())
        .mapToLong(Row::bytes)
        .reduce(0, Math::addExact);
  }

  /** The whole of it after so many tokens. */
  public long bytes(long tokens) {
    return rows.stream()
        .mapToLong(
            row -> Math.multiplyExact(row.bytes(), Math.min(tokens, row.last().orElse(tokens))))
        .reduce(0, Math::addExact);
  }

  /** What does not grow: windows, and the states of recurrences. */
  public long bytesOfWindows() {
    return rows.stream()
        .filter(row -> row.last().isPresent())
        .mapToLong(row -> Math.multiplyExact(row.bytes(), row.last().get()))
        .reduce(0, Math::addExact);
  }
}
