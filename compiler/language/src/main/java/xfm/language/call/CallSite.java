package xfm.language.call;

import com.oracle.truffle.api.nodes.Node;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import xfm.compiler.source.Span;

/**
 * Where something is called from.
 *
 * @param location the node that calls, or null when a host does
 * @param span the whole call, absent when a host calls
 * @param target which parameter each argument is for
 * @param places where the arguments stand; empty when a host calls
 */
public record CallSite(Node location, Optional<Span> span, int[] target, List<Span> places) {

  /** The place of the argument for a parameter; of the call where there is none. */
  public Optional<Span> argument(int parameter) {
    for (int i = 0; i < places.size(); i++) {
      if (target[i] == parameter) {
        return Optional.of(places.get(i));
      }
    }
    return span;
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return span.map(Span::toString).orElse("the host") + " " + Arrays.toString(target);
  }
}
