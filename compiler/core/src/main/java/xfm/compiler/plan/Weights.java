package xfm.compiler.plan;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
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

  Weights(Moves moves) {
    this.moves = moves;
  }

  private static final class Entry {
    final Tensor tensor;
    final Arena arena = Arena.ofShared();
    final Map<PackingKey, PackedMatrix> packed = new HashMap<>();
    MemorySegment declared = MemorySegment.NULL;

    Entry(Tensor tensor) {
      this.tensor = tensor;
    }
  }

  void bind(Value weight, Tensor tensor) {
    Entry before = entries.put(weight, new Entry(tensor));
    if (before != null) {
      before.arena.close();
    }
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
    if (entry.declared.address() == 0) {
      entry.declared = ready(entry.tensor, weight, entry.arena);
    }
    return entry.declared;
  }

  /** What the copies of all weights take. */
  long bytes() {
    return bytesWith(Forms.NONE);
  }

  /** What the copies of all weights will take when a plan has those that it reads. */
  long bytesWith(Forms forms) {
    long sum = 0;
    for (Map.Entry<Value, Entry> bound : entries.entrySet()) {
      Value weight = bound.getKey();
      Entry entry = bound.getValue();
      boolean reads = forms.isWeight(weight);
      Set<PackingKey> packings = new HashSet<>(entry.packed.keySet());
      if (reads) {
        packings.addAll(forms.packed(weight));
      }
      for (PackingKey key : packings) {
        sum = Math.addExact(sum, key.bytes());
      }
      boolean declared = entry.declared.address() != 0 || reads && forms.isDeclared(weight);
      if (declared && !Copies.isReady(entry.tensor, weight.kind())) {
        sum =
            Math.addExact(
                sum, Math.multiplyExact(entry.tensor.elements(), Copies.bytes(weight.kind())));
      }
    }
    return sum;
  }

  /** The right factor of a product. */
  PackedMatrix packed(Product product) {
    Value weight = product.b().value();
    Entry entry = entry(weight);
    return entry.packed.computeIfAbsent(
        PackingKey.of(product),
        key -> {
          // Shared: once C2 has seen many reads of confined memory it traps, over and over, in the
          // loops of generated kernels (300 times slower; profile_predicate, JDK 25.0.3).
          try (Arena meanwhile = Arena.ofShared()) {
            return PackedMatrix.pack(
                entry.arena,
                moves,
                ready(entry.tensor, weight, meanwhile),
                key.start(),
                key.shape());
          }
        });
  }

  private static MemorySegment ready(Tensor tensor, Value weight, Arena arena) {
    if (Copies.isReady(tensor, weight.kind())) {
      return tensor.data();
    }
    long bytes = Math.multiplyExact(tensor.elements(), Copies.bytes(weight.kind()));
    MemorySegment copy = arena.allocate(bytes, Copies.ALIGNMENT);
    Copies.in(tensor, weight.kind(), copy);
    return copy;
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
    entries.values().forEach(entry -> entry.arena.close());
    entries.clear();
  }
}
