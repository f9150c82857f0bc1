package xfm.runtime.fuse;

import java.lang.classfile.TypeKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A loop nest as values: every node stands after its inputs, and no two are equal. Two nests that
 * compute the same have equal {@linkplain #key() keys}, in time linear in their nodes even where
 * the scalars share parts.
 */
final class Graph {
  /** What makes two graphs the same. */
  record Key(List<Integer> axes, Code root, List<Entry> nodes, int offset, int body) {}

  /** A node by its inputs' ids. */
  record Entry(Code code, List<Integer> in) {}

  private final List<Node> nodes = new ArrayList<>();
  private final Map<Entry, Node> known = new HashMap<>();

  /** The parameters that hold the extents of the nest's axes. */
  final List<Integer> axes;

  /** Slot and element kind of the store, as the code of a load. */
  final Code.Element store;

  final Node offset;
  final Node body;

  Graph(LoopNest nest) {
    axes = nest.axes().stream().map(Loop::extent).toList();
    store = new Code.Element(nest.store().slot(), nest.store().elem());
    Lowering lowering = new Lowering(this, axes.size(), Set.copyOf(axes));
    for (int p : axes) {
      lowering.param(p).uses++;
    }
    offset = lowering.offset(nest.store().offset());
    body = lowering.value(nest.body());
    offset.uses++;
    body.uses++;
  }

  /** The node of this code and these inputs. */
  Node node(Code code, TypeKind kind, Node... in) {
    Entry entry = new Entry(code, List.of(in).stream().map(a -> a.id).toList());
    Node found = known.get(entry);
    if (found != null) {
      return found;
    }
    for (Node a : in) {
      a.uses++;
    }
    Node made = new Node(nodes.size(), code, List.of(in), kind, nodes);
    nodes.add(made);
    known.put(entry, made);
    return made;
  }

  List<Node> nodes() {
    return nodes;
  }

  Key key() {
    List<Entry> entries = new ArrayList<>();
    for (Node n : nodes) {
      entries.add(new Entry(n.code, n.in.stream().map(a -> a.id).toList()));
    }
    return new Key(axes, store, List.copyOf(entries), offset.id, body.id);
  }
}
