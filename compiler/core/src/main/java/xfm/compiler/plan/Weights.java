package xfm.compiler.plan;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.Product;
import xfm.runtime.kernel.Moves;
import xfm.runtime.kernel.contract.PackedMatrix;
import xfm.runtime.tensor.Tensor;

/** Weights in the forms that steps read, each made when a plan first asks for it. */
final class Weights implements AutoCloseable {
  private final Map<Value, Entry> entries = new IdentityHashMap<>();
  private final Moves moves;
  private final Supplier<Arena> arenas;

  // What is counted again and again, until weights change: a plan has hundreds.
  private final Map<Forms, Long> of = new IdentityHashMap<>();
  private final Set<Forms> whole = Collections.newSetFromMap(new IdentityHashMap<>());
  private long given = -1;
  private long held;

  Weights(Moves moves, Supplier<Arena> arenas) {
    this.moves = moves;
    this.arenas = arenas;
  }

  /** A form of a weight, and who owns its memory. */
  private record Form<T>(Arena arena, T of) {}

  private static final class Entry {
    final Tensor tensor;
    final Map<PackingKey, Form<PackedMatrix>> packed = new HashMap<>();
    Optional<Form<MemorySegment>> declared = Optional.empty();

    Entry(Tensor tensor) {
      this.tensor = tensor;
    }

    long bytes() {
      return packed.values().stream().mapToLong(form -> form.of().byteSize()).sum()
          + declared.map(form -> form.of().byteSize()).orElse(0L);
    }

    void close() {
      packed.values().forEach(form -> form.arena().close());
      packed.clear();
      declared.ifPresent(form -> form.arena().close());
      declared = Optional.empty();
    }
  }

  void bind(Value weight, Tensor tensor) {
    Entry before = entries.put(weight, new Entry(tensor));
    if (before != null) {
      held -= before.bytes();
      before.close();
    }
    given = -1;
    of.clear();
    whole.clear();
  }

  Tensor tensor(Value weight) {
    return entry(weight).tensor;
  }

  private Entry entry(Value weight) {
    Entry entry = entries.get(weight);
    if (entry == null) {
      throw new IllegalStateException("the weight " + weight + " has no value yet");
    }
    return entry;
  }

  /** In the order of its axes. */
  MemorySegment declared(Value weight) {
    Entry entry = entry(weight);
    if (Copies.isReady(entry.tensor, weight.kind())) {
      return entry.tensor.data();
    }
    if (entry.declared.isEmpty()) {
      Arena arena = arenas.get();
      MemorySegment copy = arena.allocate(declaredBytes(entry, weight), Copies.ALIGNMENT);
      Copies.in(entry.tensor, weight.kind(), Layout.declared(weight), copy);
      entry.declared = Optional.of(new Form<>(arena, copy));
      held += copy.byteSize();
    }
    return entry.declared.get().of();
  }

  /** The right factor of a product. */
  PackedMatrix packed(Product product) {
    Value weight = product.b().value();
    Entry entry = entry(weight);
    return entry
        .packed
        .computeIfAbsent(PackingKey.of(product), key -> pack(entry, weight, key))
        .of();
  }

  private Form<PackedMatrix> pack(Entry entry, Value weight, PackingKey key) {
    Arena arena = arenas.get();
    Tensor tensor = entry.tensor;
    PackedMatrix matrix =
        Copies.isReady(tensor, weight.kind())
            ? PackedMatrix.pack(arena, moves, tensor.data(), key.start(), key.shape())
            : PackedMatrix.pack(arena, at -> tensor.floatAt(key.start() + at), key.shape());
    held += matrix.byteSize();
    return new Form<>(arena, matrix);
  }

  /** What the weights take as they were given; parts of one tensor count as that. */
  long givenBytes() {
    if (given < 0) {
      Map<Long, Long> parts = new HashMap<>();
      given = 0;
      for (Entry entry : entries.values()) {
        MemorySegment data = entry.tensor.data();
        if (data.isNative()) {
          parts.merge(data.address(), data.byteSize(), Math::max);
        } else {
          given = Math.addExact(given, data.byteSize());
        }
      }
      given = Math.addExact(given, parts.values().stream().reduce(0L, Math::addExact));
    }
    return given;
  }

  /** What the copies of all weights take. */
  long bytes() {
    return held;
  }

  /** What they will take when a plan has those that it reads. */
  long bytesWith(Forms forms) {
    return whole.contains(forms) ? held : Math.addExact(held, bytes(forms, false));
  }

  /** What the copies that a plan reads take. */
  long bytesOf(Forms forms) {
    return of.computeIfAbsent(forms, all -> bytes(all, true));
  }

  /**
   * What the copies of some forms take.
   *
   * @param held whether those count that are there
   */
  private long bytes(Forms forms, boolean held) {
    long sum = 0;
    for (Map.Entry<Value, Entry> bound : entries.entrySet()) {
      Value weight = bound.getKey();
      Entry entry = bound.getValue();
      if (!forms.isFixed(weight)) {
        continue;
      }
      for (PackingKey key : forms.packed(weight)) {
        boolean counts = held || !entry.packed.containsKey(key);
        sum = Math.addExact(sum, counts ? key.bytes() : 0);
      }
      if (forms.isDeclared(weight)
          && !Copies.isReady(entry.tensor, weight.kind())
          && (held || entry.declared.isEmpty())) {
        sum = Math.addExact(sum, declaredBytes(entry, weight));
      }
    }
    if (sum == 0 && !held) {
      whole.add(forms);
    }
    return sum;
  }

  private static long declaredBytes(Entry entry, Value weight) {
    return Math.multiplyExact(entry.tensor.elements(), Copies.bytes(weight.kind()));
  }

  /** Gives back all copies that a plan does not read. */
  void shrink(Forms forms) {
    entries.forEach((weight, entry) -> {
      boolean reads = forms.isFixed(weight);
      entry
          .packed
          .entrySet()
          .removeIf(packed -> {
            boolean over = !reads || !forms.packed(weight).contains(packed.getKey());
            if (over) {
              packed.getValue().arena().close();
            }
            return over;
          });
      if (entry.declared.isPresent() && !(reads && forms.isDeclared(weight))) {
        entry.declared.get().arena().close();
        entry.declared = Optional.empty();
      }
    });
    held = entries.values().stream().mapToLong(Entry::bytes).sum();
    whole.clear();
  }

  /** The sizes of a weight are numbers. */
  static long[] sizes(Value weight) {
    return weight.shape().stream()
        .mapToLong((Poly size) ->
            size.constant()
                .orElseThrow(() ->
                    new IllegalStateException(
                        "the weight " + weight + " has a size that is no number: " + size)))
        .toArray();
  }

  @Override
  public void close() {
    entries.values().forEach(Entry::close);
    entries.clear();
  }
}
