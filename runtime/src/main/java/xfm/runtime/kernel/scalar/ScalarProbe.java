package xfm.runtime.kernel.scalar;

import xfm.runtime.kernel.Machine;

/** The multiply-add peak of the loops that {@link ScalarPanelProduct} is made of. */
public final class ScalarProbe implements Machine.Probe {
  private static final int WIDTH = 512;

  @Override
  public float multiplyAdd(int steps) {
    float[] sums = new float[WIDTH];
    for (int i = 0; i < steps; i += WIDTH / 32) {
      for (int j = 0; j < WIDTH; j++) {
        sums[j] = Math.fma(sums[j], 0.5f, 1f);
      }
    }
    float sum = 0;
    for (float s : sums) {
      sum += s;
    }
    return sum;
  }

  @Override
  public int fmasPerStep() {
    return 32;
  }
}
