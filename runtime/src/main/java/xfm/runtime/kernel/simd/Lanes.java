package xfm.runtime.kernel.simd;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector width of all kernels: what the processor prefers, or the bits that the system property
 * {@code xfm.lanes} (128, 256 or 512) forces. No result depends on it.
 */
public final class Lanes {
  /** The species of float32; a constant, so that C2 turns its operations into instructions. */
  public static final VectorSpecies<Float> FLOAT = choose(System.getProperty("xfm.lanes"));

  /** float64 in vectors of the same width: half as many. */
  public static final VectorSpecies<Double> DOUBLE =
      VectorSpecies.of(double.class, FLOAT.vectorShape());

  /** int32 in vectors of the same width: as many. */
  public static final VectorSpecies<Integer> INT = VectorSpecies.of(int.class, FLOAT.vectorShape());

  /** Last lane first. */
  public static final VectorShuffle<Float> REVERSED =
      FLOAT.shuffleFromOp(lane -> FLOAT.length() - 1 - lane);

  /** The even lanes, for the lower half. */
  public static final VectorShuffle<Float> EVEN =
      FLOAT.shuffleFromOp(lane -> 2 * lane < FLOAT.length() ? 2 * lane : 0);

  /** The odd lanes, for the {@link #UPPER} half. */
  public static final VectorShuffle<Float> ODD =
      FLOAT.shuffleFromOp(lane -> Math.max(0, 2 * lane - FLOAT.length() + 1));

  /** The upper half of the lanes. */
  public static final VectorMask<Float> UPPER =
      VectorMask.fromLong(FLOAT, -1L << FLOAT.length() / 2);

  /** Eight bytes, the first one lowest. */
  public static final ValueLayout.OfLong EIGHT =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Four bytes. */
  public static final ValueLayout.OfInt FOUR =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Byte order of loads and stores. */
  public static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private Lanes() {}

  private static VectorSpecies<Float> choose(String bits) {
    return switch (bits) {
      case null -> widest();
      case "128" -> FloatVector.SPECIES_128;
      case "256" -> FloatVector.SPECIES_256;
      case "512" -> FloatVector.SPECIES_512;
      default ->
          throw new IllegalArgumentException("xfm.lanes must be 128, 256 or 512, not " + bits);
    };
  }

  /** The preferred species; a panel of 32 floats must hold a whole number of pairs of vectors. */
  private static VectorSpecies<Float> widest() {
    VectorSpecies<Float> preferred = FloatVector.SPECIES_PREFERRED;
    if (preferred.vectorBitSize() > 512) {
      return FloatVector.SPECIES_512;
    }
    return preferred.vectorBitSize() < 128 ? FloatVector.SPECIES_128 : preferred;
  }
}
