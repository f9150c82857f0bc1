package xfm.compiler.plan;

import java.lang.foreign.MemorySegment;
import java.util.IdentityHashMap;
import java.util.Map;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.Product;
import xfm.runtime.kernel.contract.PackedMatrix;

/** Where what steps read and write lies. */
interface Places {
  /** The memory of a value: of one sequence, or of all end to end where that is −1. */
  MemorySegment memory(Value value, int sequence);

  /** The right factor of a product, a weight. */
  PackedMatrix packed(Product product);

  /** In what an executor holds, which has room for the batch. */
  record Held(Batch batch, Room room) implements Places {
    @Override
    public MemorySegment memory(Value value, int sequence) {
      Plan plan = batch.plan();
      if (plan.isWeight(value)) {
        return room.weights().declared(value);
      }
      if (plan.isPrepared(value)) {
        return room.prepared(plan).declared(value);
      }
      MemorySegment buffer = room.buffers().get(plan.buffer(value));
      if (sequence < 0 || batch.size() == 1) {
        return buffer;
      }
      long[] starts = batch.starts(value);
      return buffer.asSlice(starts[sequence], starts[sequence + 1] - starts[sequence]);
    }

    @Override
    public PackedMatrix packed(Product product) {
      Plan plan = batch.plan();
      return plan.isPrepared(product.b().value())
          ? room.prepared(plan).packed(product)
          : room.weights().packed(product);
    }
  }

  /** Nowhere yet: each value has an address, and nothing is there. For counting. */
  final class Nowhere implements Places {
    private final Map<Value, MemorySegment> addresses = new IdentityHashMap<>();

    @Override
    public MemorySegment memory(Value value, int sequence) {
      return addresses.computeIfAbsent(
          value, _ -> MemorySegment.ofAddress((1L + addresses.size()) * Copies.ALIGNMENT));
    }

    @Override
    public PackedMatrix packed(Product product) {
      return PackedMatrix.unmade(PackingKey.of(product).shape());
    }
  }
}
