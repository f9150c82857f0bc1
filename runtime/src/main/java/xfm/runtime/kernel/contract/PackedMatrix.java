package xfm.runtime.kernel.contract;

import static xfm.runtime.kernel.contract.PanelProduct.WIDTH;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
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

  /** The elements of a tensor of any type, by their places. */
  @FunctionalInterface
  public interface Elements {
    float at(long place);
  }

  /** B of {@code shape} as it would be packed, without memory: to count what products take. */
  public static PackedMatrix unmade(ContractShape shape) {
    return new PackedMatrix(
        MemorySegment.NULL, entries(shape).total(), shape.cols.total(), shape.inner.total());
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
    return pack(
        arena,
        shape,
        (from, p, inner, panels, to) ->
            packPanel(moves, src, offset + from, shape, p, 0, inner, panels, to));
  }

  /** The same of elements that are no float32 in memory, without a copy between. */
  public static PackedMatrix pack(Arena arena, Elements src, ContractShape shape) {
    Axes rows = shape.inner;
    Axes cols = shape.cols;
    return pack(
        arena,
        shape,
        (from, p, inner, panels, to) -> {
          int width = (int) Math.min(WIDTH, cols.total() - p * WIDTH);
          long[] columns = new long[width];
          Arrays.setAll(columns, c -> cols.offset(cols.strideB, p * WIDTH + c));
          for (long k = 0; k < inner; k++) {
            long row = from + rows.offset(rows.strideB, k);
            for (int c = 0; c < width; c++) {
              float element = src.at(row + columns[c]);
              panels.setAtIndex(ValueLayout.JAVA_FLOAT, to + k * WIDTH + c, element);
            }
          }
          StridedCopy.zero(panels, to + width, WIDTH, inner, WIDTH - width);
        });
  }

  /** Writes panel {@code p} of the entry of B that begins at {@code from}. */
  @FunctionalInterface
  private interface Panel {
    void write(long from, long p, long inner, MemorySegment panels, long to);
  }

  private static PackedMatrix pack(Arena arena, ContractShape shape, Panel panel) {
    PackedMatrix made = unmade(shape);
    Axes batch = entries(shape);
    long panelCount = panelCount(made.cols);
    long elements =
        Math.multiplyExact(
            Math.multiplyExact(made.entries, panelCount), Math.multiplyExact(made.inner, WIDTH));
    MemorySegment panels = arena.allocate(Math.multiplyExact(elements, Float.BYTES), ALIGNMENT);
    for (long e = 0; e < made.entries; e++) {
      long from = batch.offset(batch.strideB, e);
      for (long p = 0; p < panelCount; p++) {
        panel.write(from, p, made.inner, panels, made.at(e, p));
      }
    }
    return new PackedMatrix(panels.asReadOnly(), made.entries, made.cols, made.inner);
  }

  private static Axes entries(ContractShape shape) {
    Axes batch = new Axes();
    for (int i = 0; i < shape.batch.count(); i++) {
      if (shape.batch.strideB[i] != 0) {
        batch.add(shape.batch.size(i), 0, shape.batch.strideB[i], 0);
      }
    }
    return batch;
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
