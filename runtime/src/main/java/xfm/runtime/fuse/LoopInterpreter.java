package xfm.runtime.fuse;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import xfm.runtime.fuse.Scalar.Type;

/**
 * Runs a loop nest by walking its scalars: the specification of what {@link Fuse#compile} makes,
 * element by element and bit by bit (of NaNs only that they are NaN).
 */
public final class LoopInterpreter implements LoopKernel {
  private final LoopNest nest;

  /**
   * @throws IllegalArgumentException if an axis is not in scope
   */
  public LoopInterpreter(LoopNest nest) {
    this.nest = nest;
    new Graph(nest);
  }

  @Override
  public void run(MemorySegment[] slots, int[] params, int from, int to) {
    int[] extents = nest.axes().stream().mapToInt(axis -> params[axis.extent()]).toArray();
    LoopSupport.checkRange(from, to, extents.length == 0 ? 1 : extents[0]);
    Evaluator evaluator = new Evaluator(slots, params);
    if (extents.length > 0) {
      loop(evaluator, slots, extents, from, to);
    } else if (from < to) {
      store(evaluator, slots);
    }
  }

  /** The axis that is next, from one value to another, and all axes inside of it. */
  private void loop(Evaluator at, MemorySegment[] slots, int[] extents, int from, int to) {
    int depth = at.enter();
    for (int index = from; index < to; index++) {
      at.set(depth, index);
      if (depth + 1 < extents.length) {
        loop(at, slots, extents, 0, extents[depth + 1]);
      } else {
        store(at, slots);
      }
    }
    at.leave();
  }

  private void store(Evaluator at, MemorySegment[] slots) {
    MemorySegment slot = slots[nest.store().slot()];
    long offset = at.offset(nest.store().offset());
    switch (nest.store().elem()) {
      case F32 -> slot.setAtIndex(ValueLayout.JAVA_FLOAT, offset, at.real(nest.body()));
      case I32 -> slot.setAtIndex(ValueLayout.JAVA_INT, offset, at.whole(nest.body()));
      case BOOL -> slot.set(ValueLayout.JAVA_BYTE, offset, (byte) (at.truth(nest.body()) ? 1 : 0));
    }
  }

  static IllegalStateException illTyped(Scalar s, Type wanted) {
    return new IllegalStateException("not of type " + wanted + ": " + s.getClass().getSimpleName());
  }
}
