package xfm.runtime.kernel.contract;

import static xfm.runtime.kernel.contract.PanelProduct.WIDTH;

import java.lang.foreign.MemorySegment;
import xfm.runtime.exec.Scratch;
import xfm.runtime.exec.WorkerTeam;
import xfm.runtime.kernel.Kernels;

/**
 * The batched, strided contraction {@code C[b,m,n] = Σ_k A[b,m,k] · B[b,k,n]} in float32.
 *
 * <p>Every output is one chain of fused multiply-adds over k in ascending order, from 0, whatever
 * the strides, the number of rows, of threads or of vector lanes: a row of a large product has the
 * bits of the one-row product. The result is within {@code 4 · eps · sqrt(K) · Σ|terms|} of the
 * exact sum.
 *
 * <p>How it goes about it:
 *
 * <ul>
 *   <li>B is read as panels of 32 outputs: a {@link PackedMatrix} as it lies, anything else packed
 *       by the worker that needs the panel, piece by piece, into its scratch.
 *   <li>A is read in place if it is dense along k and one stride leads from row to row; otherwise
 *       all its rows are gathered into shared scratch first.
 *   <li>C is written in place where 32 outputs lie side by side and one stride leads from row to
 *       row; otherwise by way of a block in the worker's scratch.
 *   <li>The sum is cut into equal pieces of at most {@value #PIECE}, the rows of a packed product
 *       into blocks of at most {@value #BLOCK}: 240 rows of 1,024 fill the 1 MiB of an L2 cache.
 *       Shorter pieces cost up to a quarter, since each reloads the sums.
 *   <li>The units (batch entry, block of rows, panel) are numbered in this order and shared out in
 *       contiguous ranges, about {@value #TASKS_PER_THREAD} a thread.
 * </ul>
 *
 * <p>An object belongs to one step of one session: it holds the state of the run under way, so that
 * a run allocates nothing. Memory must be native and open to the threads of the team.
 */
public final class Contract {
  /** The longest piece of a sum that is computed in one go. */
  private static final int PIECE = 1024;

  /** Rows of one block: a multiple of every kernel's tile. */
  private static final int BLOCK = 240;

  /** Blocks are not cut smaller than this for the sake of an even split. */
  private static final int SMALLEST_BLOCK = 20;

  private static final int TASKS_PER_THREAD = 8;

  /** Multiply-adds below which waking the team costs more than it brings: about 1 µs of work. */
  private static final double WORTH_SHARING = 1 << 17;

  /** Multiply-adds of the longest task: about 1 ms, the grain at which a run can be cancelled. */
  private static final double LONGEST_TASK = 1 << 27;

  /** Scratch of one worker: a block of outputs, then one piece of a panel. */
  private static final long WORKER_BYTES = (long) (BLOCK + PIECE) * WIDTH * Float.BYTES;

  private final PanelProduct kernel;
  private final WorkerTeam.Task gatherTask = this::gatherRows;
  private final WorkerTeam.Task productTask = this::multiplyRange;

  // The run under way.
  private Scratch scratch;
  private ContractShape shape;
  private MemorySegment a;
  private MemorySegment b;
  private MemorySegment c;
  private long offA;
  private long offB;
  private long offC;
  private PackedMatrix packed;

  private long m;
  private long n;
  private long k;
  private long panels;
  private long pieces;
  private long rowBlocks;
  private long blockRows;
  private long units;
  private int tasks;

  private boolean gathered;
  private MemorySegment rowsA;
  private long rowStrideA;
  private int gatherTasks;
  private boolean rowsLinearC;
  private boolean colsLinearC;

  /** A contraction that computes with {@code kernels}. */
  public Contract(Kernels kernels) {
    this.kernel = kernels.panelProduct();
  }

  /**
   * Runs with a B that was packed before.
   *
   * @param offA the first element of A in {@code a}
   * @param entry the entry of {@code b} that belongs to the first point of the batch
   * @param offC the first element of C in {@code c}
   * @throws IllegalArgumentException if {@code b} was packed for other sizes
   */
  public void run(
      WorkerTeam team,
      Scratch scratch,
      MemorySegment a,
      long offA,
      PackedMatrix b,
      long entry,
      MemorySegment c,
      long offC,
      ContractShape shape) {
    check(b, entry, shape);
    this.packed = b;
    start(team, scratch, a, offA, b.panels(), entry, c, offC, shape);
  }

  /** Runs with a B that lies at element {@code offB} of {@code b}, at the strides of the shape. */
  public void run(
      WorkerTeam team,
      Scratch scratch,
      MemorySegment a,
      long offA,
      MemorySegment b,
      long offB,
      MemorySegment c,
      long offC,
      ContractShape shape) {
    this.packed = null;
    start(team, scratch, a, offA, b, offB, c, offC, shape);
  }

  private static void check(PackedMatrix b, long entry, ContractShape shape) {
    if (b.cols() != shape.cols.total() || b.inner() != shape.inner.total()) {
      throw new IllegalArgumentException(
          "the product has %d columns over a sum of %d, but B was packed as %d over %d"
              .formatted(shape.cols.total(), shape.inner.total(), b.cols(), b.inner()));
    }
    long wanted = entries(shape.batch, shape.batch.strideB);
    if (entry < 0 || wanted > b.entries() - entry) {
      throw new IllegalArgumentException(
          "the product needs entries %d to %d, but B was packed with %d"
              .formatted(entry, entry + wanted - 1, b.entries()));
    }
  }

  private void start(
      WorkerTeam team,
      Scratch scratch,
      MemorySegment a,
      long offA,
      MemorySegment b,
      long offB,
      MemorySegment c,
      long offC,
      ContractShape shape) {
    if (!a.isNative() || !b.isNative() || !c.isNative()) {
      // C2 would compile the kernels for both kinds of memory, and box every vector of them.
      throw new IllegalArgumentException("the operands of a product must lie in native memory");
    }
    this.scratch = scratch;
    this.shape = shape;
    this.a = a;
    this.b = b;
    this.c = c;
    this.offA = offA;
    this.offB = offB;
    this.offC = offC;
    m = shape.rows.total();
    n = shape.cols.total();
    k = shape.inner.total();
    if (shape.batch.total() == 0 || m == 0 || n == 0) {
      return;
    }
    plan(team.threads());
    if (gathered) {
      team.run(gatherTasks, gatherTask);
    }
    team.run(tasks, productTask);
  }

  private void plan(int threads) {
    panels = PackedMatrix.panelCount(n);
    pieces = Math.max(1, Math.ceilDiv(k, PIECE));
    double work = (double) shape.batch.total() * m * n * Math.max(1, k);
    boolean shared = threads > 1 && work >= WORTH_SHARING;

    rowBlocks = packed != null ? Math.ceilDiv(m, BLOCK) : 1;
    if (shared) {
      long enough = Math.ceilDiv(4L * threads, Math.multiplyExact(shape.batch.total(), panels));
      rowBlocks = Math.max(rowBlocks, Math.min(enough, Math.ceilDiv(m, SMALLEST_BLOCK)));
    }
    blockRows = Math.ceilDiv(m, rowBlocks);
    if (rowBlocks > 1) {
      blockRows =
          Math.ceilDiv(blockRows, 10) * 10; // Whole tiles; the last block takes what is left.
      rowBlocks = Math.ceilDiv(m, blockRows);
    }

    units = Math.multiplyExact(Math.multiplyExact(shape.batch.total(), rowBlocks), panels);
    double wanted = shared ? Math.max((double) TASKS_PER_THREAD * threads, work / LONGEST_TASK) : 1;
    tasks = (int) Math.min(Math.min(units, wanted), Integer.MAX_VALUE);

    planRows(shared ? TASKS_PER_THREAD * threads : 1);
    Axes rows = shape.rows;
    rowsLinearC = rows.isLinear(rows.strideC);
    Axes cols = shape.cols;
    colsLinearC = cols.isLinear(cols.strideC);
  }

  private void planRows(int parts) {
    Axes rows = shape.rows;
    Axes inner = shape.inner;
    boolean dense = k <= 1 || inner.isLinear(inner.strideA) && inner.lastStride(inner.strideA) == 1;
    gathered = !dense || !rows.isLinear(rows.strideA);
    if (gathered) {
      long entries = entries(shape.batch, shape.batch.strideA);
      long elements = Math.multiplyExact(Math.multiplyExact(entries, m), k);
      gatherTasks = (int) Math.min(Math.multiplyExact(entries, m), parts);
      rowsA = scratch.shared(Math.multiplyExact(elements, Float.BYTES));
      rowStrideA = k;
    } else {
      rowsA = a;
      rowStrideA = rows.lastStride(rows.strideA);
    }
  }

  /** Gathers a range of the rows of all entries of A. */
  private void gatherRows(int task, int worker) {
    Axes rows = shape.rows;
    Axes inner = shape.inner;
    long all = entries(shape.batch, shape.batch.strideA) * m;
    long end = part(all, task + 1, gatherTasks);
    for (long row = part(all, task, gatherTasks), count; row < end; row += count) {
      long entry = row / m;
      count = Math.min(end, (entry + 1) * m) - row;
      StridedCopy.gather(
          a,
          offA + entryOffset(shape.batch, shape.batch.strideA, entry),
          rows,
          rows.strideA,
          row % m,
          count,
          inner,
          inner.strideA,
          0,
          k,
          rowsA,
          row * k,
          k,
          1);
    }
  }

  /** Multiplies a range of the units; each piece of the loop is one block of rows of one entry. */
  private void multiplyRange(int task, int worker) {
    long end = part(units, task + 1, tasks);
    for (long unit = part(units, task, tasks), count; unit < end; unit += count) {
      long group = unit / panels;
      long panel = unit % panels;
      count = Math.min(end - unit, panels - panel);
      multiplyBlock(group / rowBlocks, group % rowBlocks, panel, panel + count, worker);
    }
  }

  /** Multiplies one block of rows with panels p0 to p1 - 1. */
  private void multiplyBlock(long entry, long rowBlock, long p0, long p1, int worker) {
    long row0 = rowBlock * blockRows;
    long row1 = Math.min(m, row0 + blockRows);
    for (long piece = 0; piece < pieces; piece++) {
      long k0 = part(k, piece, pieces);
      long k1 = part(k, piece + 1, pieces);
      for (long p = p0; p < p1; p++) {
        multiplyPanel(entry, row0, row1, p, k0, k1, worker);
      }
    }
  }

  private void multiplyPanel(
      long entry, long row0, long row1, long p, long k0, long k1, int worker) {
    Axes batch = shape.batch;
    int inner = (int) (k1 - k0);
    MemorySegment panel;
    long panelAt;
    if (packed != null) {
      panel = b;
      panelAt = packed.at(offB + entryIndex(batch, batch.strideB, entry), p) + k0 * WIDTH;
    } else {
      panel = scratch.worker(worker, WORKER_BYTES);
      panelAt = BLOCK * WIDTH;
      PackedMatrix.packPanel(
          b, offB + batch.offset(batch.strideB, entry), shape, p, k0, inner, panel, panelAt);
    }
    long aAt =
        k0
            + (gathered
                ? entryIndex(batch, batch.strideA, entry) * m * k
                : offA + batch.offset(batch.strideA, entry));
    long cAt = offC + batch.offset(batch.strideC, entry);
    boolean direct = isDirect(p);
    for (long row = row0; row < row1; row += BLOCK) {
      int count = (int) Math.min(BLOCK, row1 - row);
      long rowAt = aAt + row * rowStrideA;
      if (direct) {
        long to =
            cAt
                + row * shape.rows.lastStride(shape.rows.strideC)
                + shape.cols.offset(shape.cols.strideC, p * WIDTH);
        kernel.run(
            count,
            inner,
            rowsA,
            rowAt,
            rowStrideA,
            panel,
            panelAt,
            c,
            to,
            shape.rows.lastStride(shape.rows.strideC),
            k0 > 0);
      } else {
        multiplyAside(count, inner, rowAt, panel, panelAt, cAt, row, p, k0 > 0, worker);
      }
    }
  }

  /** Whether the 32 outputs of panel p lie side by side in C, and its rows one stride apart. */
  private boolean isDirect(long p) {
    Axes cols = shape.cols;
    return rowsLinearC
        && (p + 1) * WIDTH <= n
        && cols.lastStride(cols.strideC) == 1
        && (colsLinearC || cols.run(p * WIDTH) >= WIDTH);
  }

  /** Computes into the worker's scratch and copies to where the outputs belong. */
  private void multiplyAside(
      int count,
      int inner,
      long rowAt,
      MemorySegment panel,
      long panelAt,
      long cAt,
      long row,
      long p,
      boolean more,
      int worker) {
    Axes rows = shape.rows;
    Axes cols = shape.cols;
    long width = Math.min(WIDTH, n - p * WIDTH);
    MemorySegment block = scratch.worker(worker, WORKER_BYTES);
    if (more) {
      StridedCopy.gather(
          c,
          cAt,
          rows,
          rows.strideC,
          row,
          count,
          cols,
          cols.strideC,
          p * WIDTH,
          width,
          block,
          0,
          WIDTH,
          1);
    }
    kernel.run(count, inner, rowsA, rowAt, rowStrideA, panel, panelAt, block, 0, WIDTH, more);
    StridedCopy.scatter(
        block,
        0,
        WIDTH,
        c,
        cAt,
        rows,
        rows.strideC,
        row,
        count,
        cols,
        cols.strideC,
        p * WIDTH,
        width);
  }

  /** How many different matrices an operand has: the points of those batch axes that it has. */
  private static long entries(Axes batch, long[] strides) {
    long entries = 1;
    for (int i = 0; i < batch.count(); i++) {
      entries *= strides[i] == 0 ? 1 : batch.size(i);
    }
    return entries;
  }

  /** Which of its matrices an operand contributes to point {@code index} of the batch. */
  private static long entryIndex(Axes batch, long[] strides, long index) {
    long entry = 0;
    long stride = 1;
    for (int i = batch.count() - 1; i >= 0; i--) {
      if (strides[i] != 0) {
        entry += index % batch.size(i) * stride;
        stride *= batch.size(i);
      }
      index /= batch.size(i);
    }
    return entry;
  }

  /** Where the matrix {@code entry} of an operand begins: undoes {@link #entryIndex}. */
  private static long entryOffset(Axes batch, long[] strides, long entry) {
    long offset = 0;
    for (int i = batch.count() - 1; i >= 0; i--) {
      if (strides[i] != 0) {
        offset += entry % batch.size(i) * strides[i];
        entry /= batch.size(i);
      }
    }
    return offset;
  }

  /** Where part {@code i} begins when {@code total} is cut into equal parts, without overflow. */
  private static long part(long total, long i, long parts) {
    return total / parts * i + Math.min(i, total % parts);
  }
}
