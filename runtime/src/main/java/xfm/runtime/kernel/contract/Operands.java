package xfm.runtime.kernel.contract;

import static xfm.runtime.kernel.contract.PanelProduct.WIDTH;

import java.lang.foreign.MemorySegment;
import xfm.runtime.kernel.Moves;

/**
 * Two factors of a contraction: where they lie, how large they are, and, during a run, in what form
 * the kernel reads them.
 */
public final class Operands {
  /** The longest piece of a sum that is computed in one go. */
  static final int PIECE = 1024;

  final ContractShape shape;
  private final MemorySegment a;
  private final MemorySegment b;
  private final PackedMatrix packed;
  final Routing routing;
  private long offA;
  private long offB;

  // The run under way.
  private Moves moves;
  private long m;
  private long k;
  private long pieces;
  private boolean gathered;
  private MemorySegment rows;
  private long rowsAt;
  private long rowStride;
  private long panelAt;

  private Operands(
      MemorySegment a,
      long offA,
      MemorySegment b,
      long offB,
      PackedMatrix packed,
      ContractShape shape,
      Routing routing) {
    if (!a.isNative() || !b.isNative()) {
      // C2 would compile the kernels for both kinds of memory, and box every vector of them.
      throw new IllegalArgumentException("the operands of a product must lie in native memory");
    }
    this.shape = shape;
    this.a = a;
    this.offA = offA;
    this.b = b;
    this.offB = offB;
    this.packed = packed;
    this.routing = routing;
  }

  /**
   * With a B that was packed before.
   *
   * @param offA the first element of A in {@code a}
   * @param entry the entry of {@code b} that belongs to the first point of the batch
   * @throws IllegalArgumentException if A does not lie in native memory
   */
  public static Operands packed(
      MemorySegment a, long offA, PackedMatrix b, long entry, ContractShape shape) {
    return new Operands(a, offA, b.panels(), entry, b, shape, null);
  }

  /**
   * With a B that lies at element {@code offB} of {@code b}, at the strides of the shape.
   *
   * @throws IllegalArgumentException if one does not lie in native memory
   */
  public static Operands strided(
      MemorySegment a, long offA, MemorySegment b, long offB, ContractShape shape) {
    return new Operands(a, offA, b, offB, null, shape, null);
  }

  /**
   * The same, but each row meets one matrix of B alone. The batch of the shape is the matrices, of
   * which A and C know nothing (their strides are 0).
   */
  public Operands routed(Routing by) {
    return new Operands(a, offA, b, offB, packed, shape, by);
  }

  /** Moves both operands, as {@link #packed} and {@link #strided} say where they are. */
  public void moveTo(long newOffA, long newOffB) {
    offA = newOffA;
    offB = newOffB;
  }

  boolean isPacked() {
    return packed != null;
  }

  long pieces() {
    return pieces;
  }

  long k() {
    return k;
  }

  /** Takes the sizes of the shape as they are now. */
  void begin(Moves with) {
    moves = with;
    m = shape.rows.total();
    k = shape.inner.total();
    pieces = Math.max(1, Math.ceilDiv(k, PIECE));
    if (packed != null) {
      check();
    }
    Axes inner = shape.inner;
    boolean dense = k <= 1 || inner.isLinear(inner.strideA) && inner.lastStride(inner.strideA) == 1;
    gathered = routing != null || !dense || !shape.rows.isLinear(shape.rows.strideA);
    rows = a;
    rowsAt = offA;
    rowStride = shape.rows.lastStride(shape.rows.strideA);
  }

  private void check() {
    if (packed.cols() != shape.cols.total() || packed.inner() != k) {
      throw new IllegalArgumentException(
          "the product has %d columns over a sum of %d, but B was packed as %d over %d"
              .formatted(shape.cols.total(), k, packed.cols(), packed.inner()));
    }
    long wanted = entries(shape.batch.strideB);
    if (offB < 0 || wanted > packed.entries() - offB) {
      throw new IllegalArgumentException(
          "the product needs entries %d to %d, but B was packed with %d"
              .formatted(offB, offB + wanted - 1, packed.entries()));
    }
  }

  /** Whether A must be copied into dense rows first. */
  boolean isGathered() {
    return gathered;
  }

  /** Whether the dense rows of another product are those of this one. */
  boolean hasRowsOf(Operands other) {
    return other.gathered
        && routing == other.routing
        && a.address() == other.a.address()
        && offA == other.offA
        && shape.batch.isAsIn(shape.batch.strideA, other.shape.batch, other.shape.batch.strideA)
        && shape.rows.isAsIn(shape.rows.strideA, other.shape.rows, other.shape.rows.strideA)
        && shape.inner.isAsIn(shape.inner.strideA, other.shape.inner, other.shape.inner.strideA);
  }

  /** How many rows {@link #gather} makes. */
  long gatheredRows() {
    return Math.multiplyExact(entries(shape.batch.strideA), m);
  }

  /** From now on the rows are read from these, which {@link #gather} fills. */
  void readRowsAt(MemorySegment dense, long at) {
    rows = dense;
    rowsAt = at;
    rowStride = k;
  }

  /** From now on the rows are read as another product reads them. */
  void readRowsOf(Operands same) {
    readRowsAt(same.rows, same.rowsAt);
  }

  /** Copies some of the rows of all entries of A; routed ones in their sorted order. */
  void gather(long from, long to) {
    for (long place = from; routing != null && place < to; place++) {
      copy(offA, routing.row(place), 1, place);
    }
    for (long row = from, count; routing == null && row < to; row += count) {
      long entry = row / m;
      count = Math.min(to, (entry + 1) * m) - row;
      copy(offA + entryOffset(shape.batch.strideA, entry), row % m, count, row);
    }
  }

  private void copy(long from, long row, long count, long to) {
    StridedCopy.gather(
        moves,
        a,
        from,
        shape.rows,
        shape.rows.strideA,
        row,
        count,
        shape.inner,
        shape.inner.strideA,
        0,
        k,
        rows,
        rowsAt + to * k,
        k,
        1);
  }

  /** Where a worker's panel of B begins in its scratch, if it must pack it. */
  void packAt(long at) {
    panelAt = at;
  }

  /** Packs part of a panel of an entry of the batch into a worker's scratch. */
  void pack(long point, long p, long k0, long k1, MemorySegment scratch) {
    PackedMatrix.packPanel(
        moves,
        b,
        offB + shape.batch.offset(shape.batch.strideB, point),
        shape,
        p,
        k0,
        k1 - k0,
        scratch,
        panelAt);
  }

  /**
   * Multiplies rows with a piece of a panel.
   *
   * @param skipped how much of the sum the packed panel in scratch does not begin with
   */
  void multiply(
      PanelProduct kernel,
      long point,
      long row,
      int count,
      long p,
      long k0,
      long k1,
      MemorySegment scratch,
      long skipped,
      MemorySegment c,
      long cAt,
      long cRow) {
    Axes batch = shape.batch;
    long entryA =
        gathered ? entryIndex(batch.strideA, point) * m * k : batch.offset(batch.strideA, point);
    long at =
        packed == null
            ? panelAt + (k0 - skipped) * WIDTH
            : packed.at(offB + entryIndex(batch.strideB, point), p) + k0 * WIDTH;
    kernel.run(
        count,
        (int) (k1 - k0),
        rows,
        rowsAt + entryA + row * rowStride + k0,
        rowStride,
        packed == null ? scratch : b,
        at,
        c,
        cAt,
        cRow,
        k0 > 0);
  }

  /** How many different matrices an operand has: the points of those batch axes that it has. */
  private long entries(long[] strides) {
    long entries = 1;
    for (int i = 0; i < shape.batch.count(); i++) {
      entries *= strides[i] == 0 ? 1 : shape.batch.size(i);
    }
    return entries;
  }

  /** Which of its matrices an operand contributes to a point of the batch. */
  private long entryIndex(long[] strides, long point) {
    long entry = 0;
    long stride = 1;
    for (int i = shape.batch.count() - 1; i >= 0; i--) {
      if (strides[i] != 0) {
        entry += point % shape.batch.size(i) * stride;
        stride *= shape.batch.size(i);
      }
      point /= shape.batch.size(i);
    }
    return entry;
  }

  /** Where a matrix of an operand begins: undoes {@link #entryIndex}. */
  private long entryOffset(long[] strides, long entry) {
    long offset = 0;
    for (int i = shape.batch.count() - 1; i >= 0; i--) {
      if (strides[i] != 0) {
        offset += entry % shape.batch.size(i) * strides[i];
        entry /= shape.batch.size(i);
      }
    }
    return offset;
  }
}
