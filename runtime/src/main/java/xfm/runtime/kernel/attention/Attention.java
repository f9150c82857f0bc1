package xfm.runtime.kernel.attention;

import static xfm.runtime.kernel.attention.AttentionTile.GROUP;
import static xfm.runtime.kernel.attention.AttentionTile.KEYS;
import static xfm.runtime.kernel.attention.AttentionTile.ROWS;
import static xfm.runtime.kernel.attention.AttentionTile.WIDTH;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import xfm.runtime.exec.Borrowed;
import xfm.runtime.exec.Scratch;
import xfm.runtime.exec.WorkerTeam;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.kernel.Maths;

/**
 * Attention in float32, in one pass over tiles of 64 queries × 64 keys; takes memory for one copy
 * of the keys and values at the most, whatever the threads, and for a few tiles of each worker.
 *
 * <p>A query's sums go over the keys in ascending order, cut at multiples of 64 whatever the pass,
 * and a tile in which it sees no key changes nothing: its result has the same bits at any number of
 * threads, lanes, queries beside it, and keys behind those that it sees.
 *
 * <p>A worker takes an item: the entries of a few groups, those of one having their keys and values
 * in common, and one tile of their queries. It turns the keys over and cuts the values into panels,
 * as {@link AttentionTile} reads them, when it first meets a tile: so nobody waits for others to
 * pack, keys that all queries leave out are not packed, and memory is taken for the groups at hand
 * alone. Of 12 heads × 512 it takes an eighth of the time, most of it waiting for keys and values
 * to come from the L3 cache and beyond, 256 bytes of each row.
 *
 * <p>The last queries come first, being the ones that see most where a mask is causal; the entries
 * of one tile of queries follow each other, so that they find the mask that was made for the one
 * before.
 *
 * <p>An object belongs to one step of one session. Memory must be native and open to the team.
 */
public final class Attention {
  /** Multiply-adds below which waking the team costs more than it brings: about 1 µs of work. */
  private static final double WORTH_SHARING = 1 << 17;

  /** What a worker keeps in its L2 cache, with room for what else it needs. */
  private static final long NEAR = 1 << 19;

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private final AttentionTile kernel;
  private final AttentionShape shape;
  private final TileFunctions functions;
  private final Panels panels;
  private final Part[] parts;
  private final int[][] groups;
  private final boolean denseQ;
  private final int inner;
  private final int width;
  private final int tiles;
  private final int rowTiles;
  private final int together;
  private final Worker[] workers;
  private final WorkerTeam.Task task = this::items;

  /** The first chunk that no worker has begun. */
  private final AtomicInteger fresh = new AtomicInteger();

  /** Of each chunk how many tiles of queries are left; the last come first. */
  private final AtomicIntegerArray left;

  // The run under way.
  private WorkerTeam team;
  private Scratch scratch;
  private MemorySegment q;
  private MemorySegment[] out;
  private MemorySegment[] totals;
  private int items;

  /**
   * @param threads of the teams that will run it
   */
  public Attention(Kernels kernels, AttentionShape shape, TileFunctions functions, int threads) {
    this.kernel = kernels.attentionTile();
    this.shape = shape;
    this.functions = functions;
    inner = shape.k().elements().length;
    parts = new Part[shape.values().size()];
    for (int p = 0; p < parts.length; p++) {
      parts[p] = new Part(shape.values().get(p).out(), Panels.columns(shape, p));
    }
    width = Panels.columns(shape, parts.length);
    tiles = Math.ceilDiv(shape.keys(), KEYS);
    rowTiles = Math.ceilDiv(shape.queries(), ROWS);
    denseQ = shape.q().isDense();
    groups = shape.groups();
    together = together(threads);
    left = new AtomicIntegerArray(chunks());
    panels = new Panels(kernels.moves(), shape, chunks() < threads ? groups.length : 0);
    workers = new Worker[threads];
    for (int w = 0; w < threads; w++) {
      workers[w] = new Worker();
    }
  }

  /** As many groups as a worker's cache holds, if that leaves each worker two items. */
  private int together(int threads) {
    long group = Math.multiplyExact(tiles, Panels.tileElements(shape)) * Float.BYTES;
    long near = NEAR / Math.max(1, group);
    int fair = threads == 1 ? groups.length : Math.ceilDiv(groups.length, 2 * threads);
    return Math.clamp(near, 1, Math.max(1, fair));
  }

  private int chunks() {
    return Math.ceilDiv(groups.length, together);
  }

  /**
   * Computes the results; allocates nothing once the scratch has grown.
   *
   * @param v the values, in the order of the shape
   * @param out where their sums go
   * @param totals where what the scores come to goes
   */
  public void run(
      WorkerTeam team,
      Scratch scratch,
      MemorySegment q,
      MemorySegment k,
      MemorySegment[] v,
      MemorySegment[] out,
      MemorySegment[] totals) {
    this.team = team;
    this.scratch = scratch;
    this.q = q;
    this.out = out;
    this.totals = totals;
    panels.begin(k, v, scratch.shared(sharedBytes()));
    for (Worker worker : workers) {
      worker.begin();
    }
    double work = (double) shape.entries() * shape.queries() * shape.keys() * (inner + width);
    boolean shared = team.threads() > 1 && work >= WORTH_SHARING;
    int all = rowTiles == 0 ? 0 : Math.multiplyExact(chunks(), rowTiles);
    items = shared ? 1 : all;
    fresh.set(0);
    for (int c = 0; c < chunks(); c++) {
      left.set(c, rowTiles);
    }
    team.run(shared ? all : Math.min(all, 1), task);
  }

  /** What a run borrows. */
  public Borrowed borrowed() {
    return shape.entries() == 0 || rowTiles == 0
        ? Borrowed.NOTHING
        : new Borrowed(
            sharedBytes(),
            ownBytes(),
            List.of(ROWS * inner, ROWS * KEYS, ROWS * width, AttentionTile.STATE));
  }

  /** The tiles of keys that the last run computed, over all units. */
  public long computedTiles() {
    long sum = 0;
    for (Worker worker : workers) {
      sum += worker.computed;
    }
    return sum;
  }

  private long sharedBytes() {
    return Math.multiplyExact(panels.sharedElements(), Float.BYTES);
  }

  private long ownBytes() {
    long elements = Math.addExact(maskElements(), workers[0].panels.elements());
    return Math.multiplyExact(elements, Float.BYTES);
  }

  /** Before the panels, which begin a cache line. */
  private long maskElements() {
    return Math.ceilDiv(workers[0].mask.elements(), 16L) * 16;
  }

  private void items(int task, int worker) {
    for (int i = 0; i < items; i++) {
      item(worker);
    }
  }

  /**
   * The next item for a worker: of the chunk that it is at, whose keys it has packed; of one that
   * nobody is at; or of any. Were items handed out in turn, two workers that once change places
   * would pack each other's keys from then on.
   */
  private void item(int worker) {
    int chunk = workers[worker].chunk;
    int rowTile = chunk < 0 ? -1 : left.decrementAndGet(chunk);
    for (int c = fresh.get(); rowTile < 0 && c < chunks(); c = fresh.get()) {
      if (fresh.compareAndSet(c, c + 1)) {
        chunk = c;
        rowTile = left.decrementAndGet(c);
      }
    }
    for (int c = 0; rowTile < 0; c++) {
      chunk = c;
      rowTile = left.get(c) > 0 ? left.decrementAndGet(c) : -1;
    }
    workers[worker].item(chunk, rowTile, worker);
  }

  /** Where sums of values go, and from which column on they stand among all. */
  private static final class Part {
    private final AttentionShape.Operand out;
    private final int from;
    private final boolean dense;

    Part(AttentionShape.Operand out, int from) {
      this.out = out;
      this.from = from;
      dense = out.isDense();
    }
  }

  /**
   * What one worker keeps from item to item. Scores and sums are in arrays of the scratch, which
   * many attentions share: see {@code xfm.runtime.kernel.simd.ArrayTiles}.
   */
  private final class Worker {
    private final TileMask mask = new TileMask(kernel, functions, shape.keys());
    private final Panels.Own panels = Attention.this.panels.new Own(together);
    private int chunk;
    private MemorySegment memory;
    private float[] queries;
    private float[] scores;
    private float[] sums;
    private float[] state;
    private long computed;

    void begin() {
      computed = 0;
      chunk = -1;
      mask.begin();
    }

    void item(int chunk, int rowTile, int worker) {
      memory = scratch.worker(worker, ownBytes());
      queries = scratch.array(worker, 0, ROWS * inner);
      scores = scratch.array(worker, 1, ROWS * KEYS);
      sums = scratch.array(worker, 2, ROWS * width);
      state = scratch.array(worker, 3, AttentionTile.STATE);
      int first = chunk * together;
      panels.turn(first, memory, maskElements(), this.chunk != chunk);
      this.chunk = chunk;
      int end = Math.min(groups.length, first + together);
      for (int group = first; group < end; group++) {
        for (int entry : groups[group]) {
          unit(rowTile, entry, group);
        }
      }
    }

    private void unit(int rowTile, int entry, int group) {
      int query = rowTile * ROWS;
      int rows = Math.min(ROWS, shape.queries() - query);
      mask.row(memory, query, rows, entry);
      Arrays.fill(state, 0, ROWS, AttentionTile.LEAST);
      Arrays.fill(state, ROWS, AttentionTile.ROOM, 0f);
      Arrays.fill(sums, 0, rows * width, 0f);
      load(query, rows, entry);
      long before = computed;
      for (int tile = 0; tile < tiles; tile++) {
        int seen = mask.look(tile);
        if (seen != TileFunctions.DEAD) {
          team.cancellation().check();
          tile(rows, tile, seen, panels.tile(entry, group, tile), computed > before);
          computed++;
        }
      }
      settleInfinite(rows, entry, group);
      kernel.finish(rows, width, shape.nothing(), state, sums);
      for (int p = 0; p < parts.length; p++) {
        store(parts[p], out[p], query, rows, entry);
      }
      for (int t = 0; t < totals.length; t++) {
        store(shape.totals().get(t), totals[t], query, rows, entry);
      }
    }

    /**
     * Rows with a score of +∞: their sum is no number, as ∞ − ∞ is none. And their greatest is none
     * either, if there is such a score too, of which the kernel takes no notice: so they are looked
     * at once more.
     */
    private void settleInfinite(int rows, int entry, int group) {
      boolean some = false;
      for (int r = 0; r < rows; r++) {
        if (state[r] == Float.POSITIVE_INFINITY) {
          state[AttentionTile.SUMS + r * AttentionTile.PARTS] = Float.NaN;
          some = true;
        }
      }
      for (int tile = 0; tile < tiles && some && totals.length > 0; tile++) {
        int seen = mask.look(tile);
        if (seen != TileFunctions.DEAD) {
          score(rows, tile, seen, panels.tile(entry, group, tile));
          for (int i = 0; i < rows * KEYS; i++) {
            if (Float.isNaN(scores[i])) {
              state[i / KEYS] = Float.NaN;
            }
          }
        }
      }
    }

    private void score(int rows, int tile, int seen, long keys) {
      products(rows, keys);
      int count = Math.min(KEYS, shape.keys() - tile * KEYS);
      mask.score(rows, tile, count, seen, scores);
      for (int r = 0; r < rows && count < KEYS; r++) {
        Arrays.fill(scores, r * KEYS + count, (r + 1) * KEYS, Float.NEGATIVE_INFINITY);
      }
    }

    private void tile(int rows, int tile, int seen, long keys, boolean onward) {
      score(rows, tile, seen, keys);
      kernel.softmax(rows, shape.scale(), scores, state);
      if (onward) {
        kernel.shrink(rows, width, state, sums);
      }
      add(rows, keys + (long) KEYS * inner);
    }

    /** Queries times keys: of each panel of keys the queries from the first that sees one on. */
    private void products(int rows, long keys) {
      Arrays.fill(scores, 0, rows * KEYS, 0f);
      for (int c = 0; c < KEYS; c += WIDTH) {
        int first = rows;
        int end = 0;
        for (int r = 0; r < rows; r += GROUP) {
          if (mask.firstKey(r) < c + WIDTH && mask.endKey(r) > c) {
            first = Math.min(first, r);
            end = Math.min(rows, r + GROUP);
          }
        }
        if (first < end) {
          long panel = keys + (long) c * inner;
          int at = first * KEYS + c;
          kernel.multiply(
              end - first,
              inner,
              queries,
              first * inner,
              inner,
              panels.memory(),
              panel,
              scores,
              at,
              KEYS);
        }
      }
    }

    /** Exponentials times values: of queries that see the same keys, those keys alone. */
    private void add(int rows, long values) {
      int end;
      for (int r = 0; r < rows; r = end) {
        int first = mask.firstKey(r);
        int count = mask.endKey(r) - first;
        end = r + GROUP;
        while (end < rows && mask.firstKey(end) == first && mask.endKey(end) == first + count) {
          end += GROUP;
        }
        end = Math.min(rows, end);
        for (int f = 0; f < width && count > 0; f += WIDTH) {
          long panel = values + (long) f * KEYS + (long) first * WIDTH;
          int from = r * KEYS + first;
          int at = r * width + f;
          kernel.multiply(
              end - r, count, scores, from, KEYS, panels.memory(), panel, sums, at, width);
        }
      }
    }

    private void load(int query, int rows, int entry) {
      long[] elements = shape.q().elements();
      for (int r = 0; r < rows; r++) {
        long at = shape.q().entries()[entry] + (query + r) * shape.q().row();
        if (denseQ) {
          MemorySegment.copy(q, FLOAT, at * Float.BYTES, queries, r * inner, inner);
        } else {
          for (int e = 0; e < inner; e++) {
            queries[r * inner + e] = q.getAtIndex(FLOAT, at + elements[e]);
          }
        }
      }
    }

    private void store(Part part, MemorySegment out, int query, int rows, int entry) {
      long[] elements = part.out.elements();
      for (int r = 0; r < rows; r++) {
        long at = part.out.entries()[entry] + (query + r) * part.out.row();
        int from = r * width + part.from;
        if (part.dense) {
          MemorySegment.copy(sums, from, out, FLOAT, at * Float.BYTES, elements.length);
        } else {
          for (int f = 0; f < elements.length; f++) {
            out.setAtIndex(FLOAT, at + elements[f], sums[from + f]);
          }
        }
      }
    }

    /** After the sums: the state has the sum of all exponentials then. */
    private void store(
        AttentionShape.Total total, MemorySegment out, int query, int rows, int entry) {
      AttentionShape.Operand place = total.out();
      for (int r = 0; r < rows; r++) {
        float sum = state[AttentionTile.SUMS + r * AttentionTile.PARTS];
        float most = sum == 0 ? Float.NEGATIVE_INFINITY : state[r];
        if (Float.isNaN(sum) && most < Float.POSITIVE_INFINITY) {
          most = Float.NaN;
        }
        long at = place.entries()[entry] + (query + r) * place.row();
        boolean alone = total.most() || Float.isInfinite(most);
        out.setAtIndex(FLOAT, at, alone ? most : most + Maths.log(sum));
      }
    }
  }
}
