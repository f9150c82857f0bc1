package xfm.language.translate;

import com.oracle.truffle.api.frame.FrameDescriptor;
import com.oracle.truffle.api.frame.FrameSlotKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import xfm.language.node.LambdaNode.Capture;
import xfm.language.node.Variable;

/** The local names of one function while it is translated: blocks inside blocks, each its slots. */
final class Frame {
  private final Optional<Frame> around;
  private final FrameDescriptor.Builder slots = FrameDescriptor.newBuilder();
  private final Deque<Map<String, Variable>> blocks = new ArrayDeque<>();
  private final Map<String, Integer> capturedAs = new LinkedHashMap<>();
  private final List<Capture> captures = new ArrayList<>();

  /** The frame of a lambda stands in the frame {@code around} it. */
  Frame(Optional<Frame> around) {
    this.around = around;
    open();
  }

  void open() {
    blocks.push(new HashMap<>());
  }

  void close() {
    blocks.pop();
  }

  /** Whether names that are bound here are at the top of a script. */
  boolean atTop() {
    return blocks.size() == 1;
  }

  /** A new name in the innermost block, or nothing if that block has it. */
  Optional<Variable> declare(String name) {
    Variable variable = new Variable(name, slots.addSlot(FrameSlotKind.Illegal, name, null));
    return blocks.peek().putIfAbsent(name, variable) == null
        ? Optional.of(variable)
        : Optional.empty();
  }

  /** A slot that no name stands for. */
  int slot() {
    return slots.addSlot(FrameSlotKind.Object, null, null);
  }

  /** A variable that the script cannot name. */
  Variable hidden() {
    return new Variable("", slots.addSlot(FrameSlotKind.Illegal, null, null));
  }

  Optional<Variable> find(String name) {
    return blocks.stream()
        .filter(block -> block.containsKey(name))
        .findFirst()
        .map(b -> b.get(name));
  }

  /**
   * The number under which a lambda captures a name of the functions around it, if they have it.
   */
  Optional<Integer> capture(String name) {
    Integer known = capturedAs.get(name);
    if (known != null || around.isEmpty()) {
      return Optional.ofNullable(known);
    }
    Optional<Variable> local = around.get().find(name);
    Optional<Capture> capture =
        local.isPresent()
            ? local.map(Capture.Local::new)
            : around.get().capture(name).map(Capture.Outer::new);
    local.ifPresent(Variable::capture);
    return capture.map(c -> {
      capturedAs.put(name, captures.size());
      captures.add(c);
      return captures.size() - 1;
    });
  }

  /** What the lambda takes along, in the order of the numbers. */
  Capture[] captures() {
    return captures.toArray(Capture[]::new);
  }

  FrameDescriptor descriptor() {
    return slots.build();
  }

  /** All names in sight, for suggestions. */
  Set<String> names() {
    Set<String> names = new TreeSet<>();
    blocks.forEach(block -> names.addAll(block.keySet()));
    around.ifPresent(frame -> names.addAll(frame.names()));
    return names;
  }
}
