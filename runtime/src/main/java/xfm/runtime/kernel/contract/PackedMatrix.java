package xfm.runtime.kernel.contract;

import static xfm.runtime.kernel.contract.PanelProduct.WIDTH;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import xfm.runtime.kernel.Moves;

/**
 * The right operand of a product, laid out once so that every product reads it front to back.
 *
 * <p>Float32 panels {@code [entry][⌈cols / 32⌉][inner][32]}, 64-byte aligned; the last panel of an
 * entry is filled up with zeros. The memory belongs to the arena that {@link #pack} was given.
 */
public final class PackedMatrix {
  private static final int ALIGNMENT = 64;

  private final MemorySegment panels;
  private final long entries;
  private final long cols;
  private final long inner;

  private PackedMatrix(MemorySegment panels, long entries, long cols, long inner) {
    this.panels = panels;
    this.entries = entries;
    this.cols = cols;
    this.inner = inner;
  }

  /**
   * Packs B of {@code shape}; its rows and the strides of A and C do not matter.
   *
   * @param arena owns the panels; shared, if a team of workers is to read them
   * @param src float32, read at {@code offset} and the strides of B
   * @param offset the first element of B in {@code src}
   * @param shape the points of those batch axes that B has become the entries, in row-major order
   */
  public static PackedMatrix pack(
      Arena arena, Moves moves, MemorySegment src, long offset, ContractShape shape) {
    Axes batch = new Axes();
    for (int i = 0; i < shape.batch.count(); i++) {
      if (shape.batch.strideB[i] != 0) {
        batch.add(shape.batch.size(i), 0, shape.batch.strideB[i], 0);
      }
    }
    long entries = batch.total();
    long cols = shape.cols.total();
    long inner = shape.inner.total();
    long panelCount = panelCount(cols);
    long elements =
        Math.multiplyExact(
            Math.multiplyExact(entries, panelCount), Math.multiplyExact(inner, WIDTH));
    MemorySegment panels = arena.allocate(Math.multiplyExact(elements, Float.BYTES), ALIGNMENT);
    for (long e = 0; e < entries; e++) {
      long from = offset + batch.offset(batch.strideB, e);
      for (long p = 0; p < panelCount; p++) {
        long to = (e * panelCount + p) * inner * WIDTH;
        packPanel(moves, src, from, shape, p, 0, inner, panels, to);
      }
    }
    return new PackedMatrix(panels.asReadOnly(), entries, cols, inner);
  }

  /** Packs rows k0 to k0 + count - 1 of panel {@code p} of B, whose first element is at srcAt. */
  static void packPanel(
      Moves moves,
      MemorySegment src,
      long srcAt,
      ContractShape shape,
      long p,
      long k0,
      long count,
      MemorySegment dst,
      long dstAt) {
    Axes cols = shape.cols;
    long width = Math.min(WIDTH, cols.total() - p * WIDTH);
    StridedCopy.gather(
        moves,
        src,
        srcAt,
        shape.inner,
        shape.inner.strideB,
        k0,
        count,
        cols,
        cols.strideB,
        p * WIDTH,
        width,
        dst,
        dstAt,
        WIDTH,
        1);
    if (width < WIDTH) {
      StridedCopy.zero(dst, dstAt + width, WIDTH, count, WIDTH - width);
    }
  }

  /** How many panels hold so many columns. */
  public static long panelCount(long cols) {
    return (cols + WIDTH - 1) / WIDTH;
  }

  /** How many matrices lie one after the other. */
  public long entries() {
    return entries;
  }

  /** Outputs of one matrix. */
  public long cols() {
    return cols;
  }

  /** Length of the sum behind each output. */
  public long inner() {
    return inner;
  }

  /** Bytes held, the filled-up columns included. */
  public long byteSize() {
    return panels.byteSize();
  }

  MemorySegment panels() {
    return panels;
  }

  /** The element of {@link #panels} at which panel {@code p} of entry {@code e} begins. */
  long at(long e, long p) {
    return (e * panelCount(cols) + p) * inner * WIDTH;
  }
}
