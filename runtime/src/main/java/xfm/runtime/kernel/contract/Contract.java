package xfm.runtime.kernel.contract;

import static xfm.runtime.kernel.contract.Operands.PIECE;
import static xfm.runtime.kernel.contract.PanelProduct.WIDTH;

import java.lang.foreign.MemorySegment;
import xfm.runtime.exec.Borrowed;
import xfm.runtime.exec.Scratch;
import xfm.runtime.exec.WorkerTeam;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.kernel.Moves;

/**
 * Batched, strided contractions {@code C[b,m,n] = Σ_k A[b,m,k] · B[b,k,n]} in float32.
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
 *       all its rows are gathered into shared scratch first, once for all products that share them.
 *   <li>C is written in place where 32 outputs lie side by side and one stride leads from row to
 *       row; otherwise by way of a block in the worker's scratch. An {@link Epilogue} gets blocks
 *       of {@value Epilogue#ROWS} × {@value Epilogue#ROW} at most: 120 kB, which the L2 cache holds
 *       beside the rows.
 *   <li>The sum is cut into equal pieces of at most {@value Operands#PIECE}, the rows of a packed
 *       product into blocks of at most {@value #BLOCK}: 240 rows of 1,024 fill the 1 MiB of an L2
 *       cache. Shorter pieces cost up to a quarter, since each reloads the sums.
 *   <li>Where data says which matrix of B a row meets ({@link Routing}), the rows are gathered
 *       sorted by it, and each matrix's are blocks of their own.
 *   <li>The units (batch entry, block of rows, panel of any output) are numbered in this order and
 *       shared out in contiguous ranges, about {@value #TASKS_PER_THREAD} a thread: outputs that
 *       share their rows find them in the cache.
 * </ul>
 *
 * <p>An object belongs to one session: it holds the state of the run under way, so that a run
 * allocates nothing. Memory must be open to the threads of the team.
 */
public final class Contract {
  /** Rows of one block: a multiple of every kernel's tile. */
  private static final int BLOCK = Epilogue.ROWS;

  /** Blocks are not cut smaller than this for the sake of an even split. */
  private static final int SMALLEST_BLOCK = 20;

  private static final int TASKS_PER_THREAD = 8;

  /** Multiply-adds below which waking the team costs more than it brings: about 1 µs of work. */
  private static final double WORTH_SHARING = 1 << 17;

  /** Multiply-adds of the longest task: about 1 ms, the grain at which a run can be cancelled. */
  private static final double LONGEST_TASK = 1 << 27;

  private final PanelProduct kernel;
  private final Moves moves;
  private final WorkerTeam.Task gatherTask = this::gatherRows;
  private final WorkerTeam.Task productTask = this::multiplyRange;

  // The run under way.
  private Scratch scratch;
  private Output[] outputs;
  private long workerBytes;
  private long m;
  private long panels;
  private Routing routing;
  private long rowBlocks;
  private long blockRows;

  /** Of routed rows: the matrix of each block and where it begins; the last one is an end. */
  private int[] blockEntries = {};

  private int[] blockStarts = {};
  private long units;
  private int tasks;
  private Operands gathering;
  private int gatherTasks;

  /** A contraction that computes with {@code kernels}. */
  public Contract(Kernels kernels) {
    this.kernel = kernels.panelProduct();
    this.moves = kernels.moves();
  }

  /**
   * Computes some outputs, all of the same batch and rows.
   *
   * @throws IllegalArgumentException if the sizes of one do not fit together, or to another's
   */
  public void run(WorkerTeam team, Scratch scratch, Output... outputs) {
    this.scratch = scratch;
    this.outputs = outputs;
    if (plan(team.threads())) {
      gather(team);
      team.run(tasks, productTask);
    }
  }

  /** False if there is nothing to be computed. */
  private boolean plan(int threads) {
    ContractShape first = outputs[0].sums[0].shape;
    routing = outputs[0].sums[0].routing;
    long batch = routing == null ? first.batch.total() : 1;
    m = first.rows.total();
    panels = 0;
    boolean packed = true;
    double work = 0;
    for (Output output : outputs) {
      output.begin(panels, moves);
      panels += output.panels;
      packed &= output.packed;
      for (Operands sum : output.sums) {
        boolean fits = sum.routing == routing && sum.shape.rows.total() == m;
        if (!fits || routing == null && sum.shape.batch.total() != batch) {
          throw new IllegalArgumentException("the products of a run have different rows");
        }
        work += (double) batch * m * output.n * Math.max(1, sum.k());
      }
    }
    if (batch == 0 || m == 0 || panels == 0) {
      return false;
    }
    boolean shared = threads > 1 && work >= WORTH_SHARING;

    rowBlocks = packed ? Math.ceilDiv(m, BLOCK) : 1;
    if (shared) {
      long enough = Math.ceilDiv(4L * threads, Math.multiplyExact(batch, panels));
      rowBlocks = Math.max(rowBlocks, Math.min(enough, Math.ceilDiv(m, SMALLEST_BLOCK)));
    }
    blockRows = Math.ceilDiv(m, rowBlocks);
    if (rowBlocks > 1) {
      blockRows =
          Math.ceilDiv(blockRows, 10) * 10; // Whole tiles; the last block takes what is left.
      rowBlocks = Math.ceilDiv(m, blockRows);
    }

    long blocks = routing == null ? Math.multiplyExact(batch, rowBlocks) : routedBlocks(packed);
    units = Math.multiplyExact(blocks, panels);
    double wanted = shared ? Math.max((double) TASKS_PER_THREAD * threads, work / LONGEST_TASK) : 1;
    tasks = (int) Math.min(Math.min(units, wanted), Integer.MAX_VALUE);
    gatherTasks = shared ? TASKS_PER_THREAD * threads : 1;
    planScratch();
    return true;
  }

  /** Cuts the rows of each matrix into blocks; returns how many there are. */
  private int routedBlocks(boolean packed) {
    routing.sort(scratch.shared(sharedBytes()));
    long height = packed ? blockRows : m;
    int most = Math.toIntExact(routing.entries() + m / height + 1);
    if (blockStarts.length < most) {
      blockEntries = new int[most];
      blockStarts = new int[most];
    }
    int blocks = 0;
    for (int entry = 0; entry < routing.entries(); entry++) {
      for (long row = routing.start(entry); row < routing.start(entry + 1); row += height) {
        blockEntries[blocks] = entry;
        blockStarts[blocks++] = (int) row;
      }
    }
    blockStarts[blocks] = (int) m;
    return blocks;
  }

  /** Scratch of one worker: blocks of outputs, then one panel, or a piece of it, of each B. */
  private void planScratch() {
    long most = 0;
    for (Output output : outputs) {
      boolean stored = output.epilogue == null;
      long at = stored ? BLOCK * WIDTH : (long) Epilogue.TILE * output.sums.length;
      for (Operands sum : output.sums) {
        sum.packAt(at);
        at += sum.isPacked() ? 0 : WIDTH * (stored ? PIECE : sum.k());
      }
      most = Math.max(most, at);
    }
    workerBytes = Math.multiplyExact(most, Float.BYTES);
  }

  /** What a run of these outputs borrows; reads no data, and memory need not be there yet. */
  public Borrowed borrowed(Output... outputs) {
    this.outputs = outputs;
    routing = outputs[0].sums[0].routing;
    for (Output output : outputs) {
      output.begin(0, moves);
    }
    planScratch();
    return new Borrowed(sharedBytes(), workerBytes);
  }

  /** The order of routed rows, then the rows that are gathered. */
  private long sharedBytes() {
    return Math.multiplyExact(Math.addExact(sortedInts(), gatheredElements()), Float.BYTES);
  }

  /** An int for each routed row, up to the next cache line. */
  private long sortedInts() {
    return routing == null ? 0 : Math.ceilDiv(routing.rows(), 16) * 16;
  }

  private long gatheredElements() {
    long elements = 0;
    for (Output output : outputs) {
      for (Operands sum : output.sums) {
        if (sum.isGathered() && earlier(sum) == null) {
          elements = Math.addExact(elements, Math.multiplyExact(sum.gatheredRows(), sum.k()));
        }
      }
    }
    return elements;
  }

  private void gather(WorkerTeam team) {
    if (gatheredElements() == 0) {
      return;
    }
    MemorySegment dense = scratch.shared(sharedBytes());
    long at = sortedInts();
    for (Output output : outputs) {
      for (Operands sum : output.sums) {
        if (!sum.isGathered()) {
          continue;
        }
        Operands same = earlier(sum);
        if (same != null) {
          sum.readRowsOf(same);
          continue;
        }
        sum.readRowsAt(dense, at);
        at += sum.gatheredRows() * sum.k();
        gathering = sum;
        team.run((int) Math.min(sum.gatheredRows(), gatherTasks), gatherTask);
      }
    }
  }

  /** A product before this one that needs the same rows. */
  private Operands earlier(Operands of) {
    for (Output output : outputs) {
      for (Operands sum : output.sums) {
        if (sum == of) {
          return null;
        }
        if (of.hasRowsOf(sum)) {
          return sum;
        }
      }
    }
    throw new AssertionError("no product of this run");
  }

  private void gatherRows(int task, int worker) {
    long all = gathering.gatheredRows();
    int parts = (int) Math.min(all, gatherTasks);
    gathering.gather(part(all, task, parts), part(all, task + 1, parts));
  }

  /** Multiplies a range of the units; each piece of the loop is one block of rows of one entry. */
  private void multiplyRange(int task, int worker) {
    long end = part(units, task + 1, tasks);
    for (long unit = part(units, task, tasks), count; unit < end; unit += count) {
      long group = unit / panels;
      long panel = unit % panels;
      count = Math.min(end - unit, panels - panel);
      long entry = routing == null ? group / rowBlocks : blockEntries[(int) group];
      long row0 = routing == null ? group % rowBlocks * blockRows : blockStarts[(int) group];
      long row1 = routing == null ? Math.min(m, row0 + blockRows) : blockStarts[(int) group + 1];
      for (Output output : outputs) {
        long p0 = Math.max(0, panel - output.firstPanel);
        long p1 = Math.min(output.panels, panel + count - output.firstPanel);
        if (p0 < p1 && output.epilogue == null) {
          multiplyBlock(output, entry, row0, row1, p0, p1, worker);
        } else if (p0 < p1) {
          multiplyTiles(output, entry, row0, row1, p0, p1, worker);
        }
      }
    }
  }

  /** Multiplies a block of rows with panels p0 to p1 - 1, for an epilogue. */
  private void multiplyTiles(
      Output output, long entry, long row0, long row1, long p0, long p1, int worker) {
    MemorySegment own = scratch.worker(worker, workerBytes);
    // With B to be packed, one panel at a time: it serves all rows.
    long step = output.packed ? Epilogue.ROW / WIDTH : 1;
    for (long p = p0; p < p1; p += step) {
      int width = (int) Math.min(step, p1 - p);
      for (Operands sum : output.sums) {
        if (!sum.isPacked()) {
          sum.pack(entry, p, 0, sum.k(), own);
        }
      }
      for (long row = row0; row < row1; row += BLOCK) {
        int rows = (int) Math.min(BLOCK, row1 - row);
        for (int s = 0; s < output.sums.length; s++) {
          multiplyTile(output.sums[s], entry, row, rows, p, width, own, (long) s * Epilogue.TILE);
        }
        int columns = (int) Math.min((long) width * WIDTH, output.n - p * WIDTH);
        output.epilogue.run(worker, own, entry, row, rows, p * WIDTH, columns);
      }
    }
  }

  private void multiplyTile(
      Operands sum, long entry, long row, int rows, long p, int width, MemorySegment own, long at) {
    for (long piece = 0; piece < sum.pieces(); piece++) {
      long k0 = part(sum.k(), piece, sum.pieces());
      long k1 = part(sum.k(), piece + 1, sum.pieces());
      for (int j = 0; j < width; j++) {
        long to = at + (long) j * WIDTH;
        sum.multiply(kernel, entry, row, rows, p + j, k0, k1, own, 0, own, to, Epilogue.ROW);
      }
    }
  }

  /** Multiplies a block of rows with panels p0 to p1 - 1, to where the sums are stored. */
  private void multiplyBlock(
      Output output, long entry, long row0, long row1, long p0, long p1, int worker) {
    Operands sum = output.sums[0];
    MemorySegment own = scratch.worker(worker, workerBytes);
    for (long piece = 0; piece < sum.pieces(); piece++) {
      long k0 = part(sum.k(), piece, sum.pieces());
      long k1 = part(sum.k(), piece + 1, sum.pieces());
      for (long p = p0; p < p1; p++) {
        if (!sum.isPacked()) {
          sum.pack(entry, p, k0, k1, own);
        }
        for (long row = row0; row < row1; row += BLOCK) {
          int rows = (int) Math.min(BLOCK, row1 - row);
          multiplyPanel(output, entry, row, rows, p, k0, k1, own);
        }
      }
    }
  }

  private void multiplyPanel(
      Output output, long entry, long row, int count, long p, long k0, long k1, MemorySegment own) {
    Operands sum = output.sums[0];
    ContractShape shape = sum.shape;
    Axes rows = shape.rows;
    Axes cols = shape.cols;
    long cAt = output.offC + shape.batch.offset(shape.batch.strideC, entry);
    if (isDirect(output, p)) {
      long cRow = rows.lastStride(rows.strideC);
      long to = cAt + row * cRow + cols.offset(cols.strideC, p * WIDTH);
      sum.multiply(kernel, entry, row, count, p, k0, k1, own, k0, output.c, to, cRow);
      return;
    }
    // Into the worker's scratch, and copied to where the outputs belong.
    long from = p * WIDTH;
    long width = Math.min(WIDTH, output.n - from);
    if (k0 > 0) {
      StridedCopy.gather(
          moves,
          output.c,
          cAt,
          rows,
          rows.strideC,
          row,
          count,
          cols,
          cols.strideC,
          from,
          width,
          own,
          0,
          WIDTH,
          1);
    }
    sum.multiply(kernel, entry, row, count, p, k0, k1, own, k0, own, 0, WIDTH);
    StridedCopy.scatter(
        moves,
        own,
        0,
        WIDTH,
        output.c,
        cAt,
        rows,
        rows.strideC,
        row,
        count,
        cols,
        cols.strideC,
        from,
        width);
  }

  /** Whether the 32 outputs of panel p lie side by side in C, and its rows one stride apart. */
  private static boolean isDirect(Output output, long p) {
    Axes cols = output.sums[0].shape.cols;
    return output.rowsLinear
        && (p + 1) * WIDTH <= output.n
        && cols.lastStride(cols.strideC) == 1
        && (output.colsLinear || cols.run(p * WIDTH) >= WIDTH);
  }

  /** Where part {@code i} begins when {@code total} is cut into equal parts, without overflow. */
  private static long part(long total, long i, long parts) {
    return total / parts * i + Math.min(i, total % parts);
  }
}
