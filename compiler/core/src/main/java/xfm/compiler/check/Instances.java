package xfm.compiler.check;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Supplier;
import xfm.compiler.ir.Value;
import xfm.compiler.source.Span;

/**
 * The instances of blocks that are being expanded, whose weights are made once for all their uses:
 * those that are shared, and those passed as functions. A weight that is made in one, in calls
 * inside it too, is called by the instance's path and the way from there.
 */
final class Instances {
  private final Builder builder;
  private final Deque<Open> open = new ArrayDeque<>();

  Instances(Builder builder) {
    this.builder = builder;
  }

  /**
   * An instance in use.
   *
   * @param depth of the path where it is used
   */
  private record Open(Callable.Instance instance, int depth) {}

  /** Uses an instance; what is made inside is its own. */
  <T> T within(Callable.Instance instance, Span call, Supplier<T> inside) {
    instance.use(call);
    open.push(new Open(instance, builder.depth()));
    try {
      return inside.get();
    } finally {
      open.pop();
    }
  }

  /** What a weight, or an instance, is called that is made here. */
  String pathOf(String name) {
    Open innermost = open.peek();
    if (innermost == null) {
      return builder.pathFrom(0, name);
    }
    String start = innermost.instance().path;
    String rest = builder.pathFrom(innermost.depth(), name);
    return start.isEmpty() ? rest : rest.isEmpty() ? start : start + "." + rest;
  }

  /**
   * The weight of this path, if another use of an instance made it: in the same use there would be
   * two of one name.
   */
  Optional<Value> made(String path) {
    for (Open each : open) {
      Value value = each.instance().weights.get(path);
      if (value != null) {
        return each.instance().current.contains(path) ? Optional.empty() : Optional.of(value);
      }
    }
    return Optional.empty();
  }

  /** A weight is made here, or used again. */
  void use(String path, Value weight) {
    if (!builder.isTrial()) {
      for (Open each : open) {
        each.instance().weights.put(path, weight);
        each.instance().current.add(path);
      }
    }
  }

  /** The instance that is used here, for messages. */
  Optional<Callable.Instance> now() {
    return Optional.ofNullable(open.peek()).map(Open::instance);
  }
}
