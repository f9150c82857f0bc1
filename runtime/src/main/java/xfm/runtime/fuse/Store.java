package xfm.runtime.fuse;

import xfm.runtime.fuse.Scalar.Type;

/**
 * Where a nest writes its body.
 *
 * @param slot the index of the memory segment
 * @param offset in elements; computed as {@link Scalar.Load} computes its own
 */
public record Store(int slot, Elem elem, Scalar offset) {
  public Store {
    Type.INT.require(offset, "the offset of a store");
  }
}
