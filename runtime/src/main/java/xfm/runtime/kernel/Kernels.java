package xfm.runtime.kernel;

import xfm.runtime.kernel.attention.AttentionTile;
import xfm.runtime.kernel.contract.PanelProduct;
import xfm.runtime.kernel.scalar.ScalarAttentionTile;
import xfm.runtime.kernel.scalar.ScalarMoves;
import xfm.runtime.kernel.scalar.ScalarPanelProduct;
import xfm.runtime.kernel.scalar.ScalarProbe;
import xfm.runtime.kernel.simd.Lanes;
import xfm.runtime.kernel.simd.SimdAttentionTile;
import xfm.runtime.kernel.simd.SimdMoves;
import xfm.runtime.kernel.simd.SimdPanelProduct;
import xfm.runtime.kernel.simd.SimdProbe;

/**
 * One implementation of every kernel. Both sets give the same bits.
 *
 * @param name {@code "simd"} (Vector API) or {@code "scalar"} (plain Java)
 * @param lanes float32 values per vector; 1 for scalar, where C2 vectorises as it can
 * @param panelProduct the inner kernel of products
 * @param attentionTile the inner kernel of attention
 * @param moves copies
 * @param probe the loop that measures the multiply-add peak
 */
public record Kernels(
    String name,
    int lanes,
    PanelProduct panelProduct,
    AttentionTile attentionTile,
    Moves moves,
    Machine.Probe probe) {
  private static final String MODULE = "jdk.incubator.vector";
  private static final String PROPERTY = "xfm.kernels";

  /**
   * The kernels of this JVM: simd if it was started with {@code --add-modules
   * jdk.incubator.vector}, else scalar. The system property {@code xfm.kernels} ({@code simd} or
   * {@code scalar}) forces one of them.
   *
   * @throws IllegalStateException if simd is forced where the module is missing
   */
  public static Kernels select() {
    return switch (System.getProperty(PROPERTY)) {
      case null -> hasVectorModule() ? simd() : scalar();
      case "scalar" -> scalar();
      case "simd" -> simd();
      case String other ->
          throw new IllegalArgumentException(PROPERTY + " must be simd or scalar, not " + other);
    };
  }

  /** Whether the JVM was started with the module that the simd kernels need. */
  public static boolean hasVectorModule() {
    return ModuleLayer.boot().findModule(MODULE).isPresent();
  }

  /** The readable twins: the specification. */
  public static Kernels scalar() {
    return new Kernels(
        "scalar",
        1,
        new ScalarPanelProduct(),
        new ScalarAttentionTile(),
        new ScalarMoves(),
        new ScalarProbe());
  }

  /**
   * The kernels on the Vector API.
   *
   * @throws IllegalStateException if the JVM was started without its module
   */
  public static Kernels simd() {
    if (!hasVectorModule()) {
      throw new IllegalStateException(
          "the simd kernels need the Vector API: start Java with --add-modules " + MODULE);
    }
    return Simd.create();
  }

  /** Apart, so that no class of the missing module is loaded where scalar runs. */
  private static final class Simd {
    static Kernels create() {
      return new Kernels(
          "simd",
          Lanes.FLOAT.length(),
          new SimdPanelProduct(),
          new SimdAttentionTile(),
          new SimdMoves(),
          new SimdProbe());
    }
  }
}
