package xfm.runtime.fuse;

import java.util.List;

/**
 * {@code for axes: store[offset] = body}.
 *
 * <p>Memory that is stored may be loaded by the same nest only at the very element that the same
 * iteration stores: loads are moved out of loops and shared.
 *
 * @param axes outer to inner; without any, the body runs once
 */
public record LoopNest(List<Loop> axes, Store store, Scalar body) {
  public LoopNest {
    axes = List.copyOf(axes);
    store.elem().type().require(body, "the body stored as " + store.elem());
  }
}
