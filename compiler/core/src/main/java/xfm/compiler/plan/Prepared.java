package xfm.compiler.plan;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.Product;
import xfm.runtime.kernel.Moves;
import xfm.runtime.kernel.contract.PackedMatrix;

/**
 * What a plan makes of weights alone, once, in the forms in which its runs read it. Until a weight
 * is given another value.
 */
final class Prepared implements AutoCloseable {
  private final Arena arena;
  private final Map<Value, MemorySegment> declared = new IdentityHashMap<>();
  private final Map<Value, Map<PackingKey, PackedMatrix>> packed = new IdentityHashMap<>();
  private long bytes;

  /**
   * @param arena owns all of it; nobody else uses it
   */
  Prepared(Arena arena) {
    this.arena = arena;
  }

  /** What all values of a plan will take. */
  static long bytes(Plan plan) {
    long sum = 0;
    for (Value value : plan.prepared()) {
      sum = Math.addExact(sum, plan.forms().packedBytes(value));
      sum = Math.addExact(sum, isDeclared(plan, value) ? declaredBytes(value) : 0);
    }
    return sum;
  }

  private static boolean isDeclared(Plan plan, Value value) {
    return plan.forms().isDeclared(value) || plan.kept().contains(value);
  }

  private static long declaredBytes(Value value) {
    long bytes = Copies.bytes(value.kind());
    for (long size : Weights.sizes(value)) {
      bytes = Math.multiplyExact(bytes, size);
    }
    return bytes;
  }

  /**
   * Takes a value over.
   *
   * @param memory where a step has just made it, in the order of its axes
   */
  void add(Plan plan, Value value, MemorySegment memory, Moves moves) {
    if (isDeclared(plan, value)) {
      long size = declaredBytes(value);
      MemorySegment copy = arena.allocate(size, Copies.ALIGNMENT);
      MemorySegment.copy(memory, 0, copy, 0, size);
      declared.put(value, copy);
      bytes += size;
    }
    Map<PackingKey, PackedMatrix> own = new HashMap<>();
    for (PackingKey key : plan.forms().packed(value)) {
      PackedMatrix matrix = PackedMatrix.pack(arena, moves, memory, key.start(), key.shape());
      own.put(key, matrix);
      bytes += matrix.byteSize();
    }
    packed.put(value, own);
  }

  /** What all take. */
  long bytes() {
    return bytes;
  }

  /** In the order of its axes. */
  MemorySegment declared(Value value) {
    return declared.get(value);
  }

  /** The right factor of a product. */
  PackedMatrix packed(Product product) {
    return packed.get(product.b().value()).get(PackingKey.of(product));
  }

  @Override
  public void close() {
    arena.close();
  }
}
