package xfm.runtime.fuse;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which values stand in which local variables, at the place of a method that is being emitted. */
final class Values {
  private record Change(Node node, Integer before) {}

  private final Map<Node, Integer> locals = new HashMap<>();
  private final Deque<Change> changes = new ArrayDeque<>();

  boolean has(Node node) {
    return locals.containsKey(node);
  }

  int local(Node node) {
    return locals.get(node);
  }

  void put(Node node, int local) {
    changes.push(new Change(node, locals.put(node, local)));
  }

  /** To be given to {@link #release} where what is put from here on is no longer valid. */
  int mark() {
    return changes.size();
  }

  void release(int mark) {
    while (changes.size() > mark) {
      Change change = changes.pop();
      if (change.before() == null) {
        locals.remove(change.node());
      } else {
        locals.put(change.node(), change.before());
      }
    }
  }

  /** Forgets what depends on an axis, where an inner loop takes over its number. */
  void hide(int axis) {
    for (Node node : List.copyOf(locals.keySet())) {
      if ((node.axes >>> axis & 1) != 0) {
        changes.push(new Change(node, locals.remove(node)));
      }
    }
  }
}
