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
  record Key(
      boolean tile,
      List<Integer> axes,
      int usual,
      Code root,
      List<Entry> nodes,
      int offset,
      int body) {}

  /** A node by its inputs' ids. */
  record Entry(Code code, List<Integer> in) {}

  private final List<Node> nodes = new ArrayList<>();
  private final Map<Entry, Node> known = new HashMap<>();

  /** The parameters that hold the extents of the nest's axes. */
  final List<Integer> axes;

  /** Slot and element kind of the store, as the code of a load. */
  final Code.Element store;

  /** How often the innermost axis mostly runs; 0 if that is not known. */
  final int usual;

  /** Whether slot 0 is an array. */
  final boolean tile;

  final Node offset;
  final Node body;

  /** Of a nest over segments. */
  Graph(LoopNest nest) {
    this(nest, false);
  }

  /**
   * @throws IllegalArgumentException if an axis is not in scope, or slot 0 is an array and does not
   *     hold the floats that the nest stores
   */
  Graph(LoopNest nest, boolean tile) {
    this.tile = tile;
    axes = nest.axes().stream().map(Loop::extent).toList();
    usual = nest.axes().isEmpty() ? 0 : nest.axes().getLast().usual();
    store = new Code.Element(nest.store().slot(), nest.store().elem());
    Lowering lowering = new Lowering(this, axes.size(), Set.copyOf(axes));
    for (int p : axes) {
      lowering.param(p).uses++;
    }
    offset = lowering.offset(nest.store().offset());
    body = lowering.value(nest.body());
    offset.uses++;
    body.uses++;
    if (tile) {
      requireFloats(store);
      nodes.forEach(node -> requireFloats(node.code));
      if (store.slot() != 0) {
        throw new IllegalArgumentException("a tile is stored in slot 0");
      }
    }
  }

  private static void requireFloats(Code code) {
    if (code instanceof Code.Element(int slot, Elem elem) && slot == 0 && elem != Elem.F32) {
      throw new IllegalArgumentException("a tile holds floats, not " + elem);
    }
  }

  /** Whether a slot is an array. */
  boolean isArray(int slot) {
    return tile && slot == 0;
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
    return new Key(tile, axes, usual, store, List.copyOf(entries), offset.id, body.id);
  }
}
