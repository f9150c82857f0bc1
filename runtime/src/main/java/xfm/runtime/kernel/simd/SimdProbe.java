package xfm.runtime.kernel.simd;

import jdk.incubator.vector.FloatVector;
import xfm.runtime.kernel.Machine;

/**
 * The multiply-add peak: ten chains, since two units with a latency of four cycles need eight to be
 * busy.
 */
public final class SimdProbe implements Machine.Probe {
  private static final int CHAINS = 10;

  @Override
  public float multiplyAdd(int steps) {
    FloatVector x = FloatVector.broadcast(Lanes.FLOAT, 0.5f);
    FloatVector y = FloatVector.broadcast(Lanes.FLOAT, 1f);
    FloatVector a = y;
    FloatVector b = y;
    FloatVector c = y;
    FloatVector d = y;
    FloatVector e = y;
    FloatVector f = y;
    FloatVector g = y;
    FloatVector h = y;
    FloatVector i = y;
    FloatVector j = y;
    for (int step = 0; step < steps; step++) {
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
      i = i.fma(x, y);
      j = j.fma(x, y);
    }
    FloatVector sum = a.add(b).add(c).add(d.add(e)).add(f.add(g)).add(h.add(i).add(j));
    return sum.lane(0);
  }

  @Override
  public int fmasPerStep() {
    return CHAINS * Lanes.FLOAT.length();
  }
}
