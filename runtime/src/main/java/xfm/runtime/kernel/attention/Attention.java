package xfm.runtime.kernel.attention;

import static xfm.runtime.kernel.attention.AttentionTile.GROUP;
import static xfm.runtime.kernel.attention.AttentionTile.KEYS;
import static xfm.runtime.kernel.attention.AttentionTile.ROWS;
import static xfm.runtime.kernel.attention.AttentionTile.WIDTH;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import xfm.runtime.exec.Scratch;
import xfm.runtime.exec.WorkerTeam;
import xfm.runtime.kernel.Kernels;

/**
 * Attention in float32, in one pass over tiles of 64 queries × 64 keys; takes memory for a copy of
 * keys and values, and for a few tiles a worker.
 *
 * <p>A query's sums go over the keys in ascending order, cut at multiples of 64 whatever the pass,
 * and a tile in which it sees no key changes nothing: its result has the same bits at any number of
 * threads, lanes, queries beside it, and keys behind those that it sees.
 *
 * <p>First keys are turned over and values cut into panels, as {@link AttentionTile} reads them;
 * then each unit, one tile of queries of one entry, walks its tiles of keys. The last queries come
 * first, being the ones that see most where a mask is causal; the entries of one tile of queries
 * follow each other, so that a worker finds the mask that it made for the one before.
 *
 * <p>An object belongs to one step of one session. Memory must be native and open to the team.
 */
public final class Attention {
  /** Multiply-adds below which waking the team costs more than it brings: about 1 µs of work. */
  private static final double WORTH_SHARING = 1 << 17;

  private static final int PIECES_PER_THREAD = 8;

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private final AttentionTile kernel;
  private final AttentionShape shape;
  private final TileFunctions functions;
  private final KeyPanels panels;
  private final long[] kEntries;
  private final long[] vEntries;
  private final int[] kEntry;
  private final int[] vEntry;
  private final boolean denseQ;
  private final boolean denseOut;
  private final int inner;
  private final int width;
  private final int tiles;
  private final int rowTiles;
  private final Worker[] workers;
  private final WorkerTeam.Task packTask = this::pack;
  private final WorkerTeam.Task unitTask = this::units;

  // The run under way.
  private WorkerTeam team;
  private Scratch scratch;
  private MemorySegment q;
  private MemorySegment k;
  private MemorySegment v;
  private MemorySegment out;
  private MemorySegment packed;
  private int packTasks;
  private int unitTasks;

  /**
   * @param threads of the teams that will run it
   */
  public Attention(Kernels kernels, AttentionShape shape, TileFunctions functions, int threads) {
    this.kernel = kernels.attentionTile();
    this.shape = shape;
    this.functions = functions;
    inner = shape.k().elements().length;
    width = Math.ceilDiv(shape.v().elements().length, WIDTH) * WIDTH;
    tiles = Math.ceilDiv(shape.keys(), KEYS);
    rowTiles = Math.ceilDiv(shape.queries(), ROWS);
    denseQ = shape.q().isDense();
    denseOut = shape.out().isDense();
    kEntries = shape.k().distinct();
    vEntries = shape.v().distinct();
    kEntry = places(shape.k().entries(), kEntries);
    vEntry = places(shape.v().entries(), vEntries);
    panels = new KeyPanels(kernels.moves(), shape.k(), shape.v());
    workers = new Worker[threads];
    for (int w = 0; w < threads; w++) {
      workers[w] = new Worker();
    }
  }

  private static int[] places(long[] entries, long[] distinct) {
    int[] places = new int[entries.length];
    for (int b = 0; b < entries.length; b++) {
      while (distinct[places[b]] != entries[b]) {
        places[b]++;
      }
    }
    return places;
  }

  /** Computes {@code out}; allocates nothing once the scratch has grown. */
  public void run(
      WorkerTeam team,
      Scratch scratch,
      MemorySegment q,
      MemorySegment k,
      MemorySegment v,
      MemorySegment out) {
    this.team = team;
    this.scratch = scratch;
    this.q = q;
    this.k = k;
    this.v = v;
    this.out = out;
    for (Worker worker : workers) {
      worker.begin();
    }
    long units = (long) rowTiles * shape.entries();
    if (units == 0) {
      return;
    }
    long packs = (long) (kEntries.length + vEntries.length) * tiles;
    packed = scratch.shared(packedBytes());
    double work = (double) shape.entries() * shape.queries() * shape.keys() * (inner + width);
    boolean shared = team.threads() > 1 && work >= WORTH_SHARING;
    int pieces = shared ? PIECES_PER_THREAD * team.threads() : 1;
    packTasks = (int) Math.min(packs, pieces);
    unitTasks = shared ? Math.toIntExact(units) : 1;
    team.run(packTasks, packTask);
    team.run(unitTasks, unitTask);
  }

  /** What a run takes of the team's scratch. */
  public long scratchBytes() {
    long arrays = (long) ROWS * (inner + KEYS + width) + AttentionTile.STATE;
    long own = (workers[0].mask.elements() + arrays) * Float.BYTES;
    return shape.entries() == 0 ? 0 : Math.addExact(packedBytes(), own * workers.length);
  }

  /** The tiles of keys that the last run computed, over all units. */
  public long computedTiles() {
    long sum = 0;
    for (Worker worker : workers) {
      sum += worker.computed;
    }
    return sum;
  }

  private long packedBytes() {
    long elements =
        Math.multiplyExact(
            (long) tiles * KEYS,
            Math.addExact((long) kEntries.length * inner, (long) vEntries.length * width));
    return Math.multiplyExact(elements, Float.BYTES);
  }

  private long keyTile(int entry, int tile) {
    return ((long) entry * tiles + tile) * KEYS * inner;
  }

  private long valueTile(int entry, int tile) {
    return (long) kEntries.length * tiles * KEYS * inner
        + ((long) entry * tiles + tile) * KEYS * width;
  }

  /** Packs some tiles: those of the keys of all entries, then those of the values. */
  private void pack(int task, int worker) {
    long all = (long) (kEntries.length + vEntries.length) * tiles;
    long end = all * (task + 1) / packTasks;
    for (long i = all * task / packTasks; i < end; i++) {
      int entry = (int) (i / tiles);
      int tile = (int) (i % tiles);
      int key = tile * KEYS;
      int count = Math.min(KEYS, shape.keys() - key);
      team.cancellation().check();
      if (entry < kEntries.length) {
        panels.keys(k, kEntries[entry], key, count, packed, keyTile(entry, tile));
      } else {
        int own = entry - kEntries.length;
        panels.values(v, vEntries[own], key, count, packed, valueTile(own, tile));
      }
    }
  }

  private void units(int task, int worker) {
    long all = (long) rowTiles * shape.entries();
    long end = all * (task + 1) / unitTasks;
    for (long unit = all * task / unitTasks; unit < end; unit++) {
      int rowTile = rowTiles - 1 - (int) (unit / shape.entries());
      workers[worker].unit(rowTile, (int) (unit % shape.entries()), worker);
    }
  }

  /**
   * What one worker keeps from unit to unit. Scores and sums are in arrays of the scratch, which
   * many attentions share: see {@code xfm.runtime.kernel.simd.ArrayTiles}.
   */
  private final class Worker {
    private final TileMask mask = new TileMask(functions, shape.keys());
    private float[] queries;
    private float[] scores;
    private float[] sums;
    private float[] state;
    private long computed;

    void begin() {
      computed = 0;
      mask.begin();
    }

    void unit(int rowTile, int entry, int worker) {
      MemorySegment memory = scratch.worker(worker, mask.elements() * Float.BYTES);
      int query = rowTile * ROWS;
      int rows = Math.min(ROWS, shape.queries() - query);
      mask.row(memory, query, rows, entry);
      queries = scratch.array(worker, 0, ROWS * inner);
      scores = scratch.array(worker, 1, ROWS * KEYS);
      sums = scratch.array(worker, 2, ROWS * width);
      state = scratch.array(worker, 3, AttentionTile.STATE);
      Arrays.fill(state, 0, ROWS, AttentionTile.LEAST);
      Arrays.fill(state, ROWS, AttentionTile.STATE, 0f);
      Arrays.fill(sums, 0, rows * width, 0f);
      load(query, rows, entry);
      for (int tile = 0; tile < tiles; tile++) {
        int seen = mask.look(tile);
        if (seen != TileFunctions.DEAD) {
          team.cancellation().check();
          computed++;
          tile(rows, tile, entry, seen);
        }
      }
      kernel.finish(rows, width, shape.nothing(), state, sums);
      store(query, rows, entry);
    }

    private void tile(int rows, int tile, int entry, int seen) {
      products(rows, keyTile(kEntry[entry], tile));
      int count = Math.min(KEYS, shape.keys() - tile * KEYS);
      mask.score(kernel, rows, tile, count, seen, scores);
      for (int r = 0; r < rows && count < KEYS; r++) {
        Arrays.fill(scores, r * KEYS + count, (r + 1) * KEYS, Float.NEGATIVE_INFINITY);
      }
      kernel.softmax(rows, shape.scale(), scores, state);
      kernel.shrink(rows, width, state, sums);
      add(rows, valueTile(vEntry[entry], tile));
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
              end - first, inner, queries, first * inner, inner, packed, panel, scores, at, KEYS);
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
          kernel.multiply(end - r, count, scores, from, KEYS, packed, panel, sums, at, width);
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

    private void store(int query, int rows, int entry) {
      long[] elements = shape.out().elements();
      for (int r = 0; r < rows; r++) {
        long at = shape.out().entries()[entry] + (query + r) * shape.out().row();
        if (denseOut) {
          MemorySegment.copy(sums, r * width, out, FLOAT, at * Float.BYTES, elements.length);
        } else {
          for (int f = 0; f < elements.length; f++) {
            out.setAtIndex(FLOAT, at + elements[f], sums[r * width + f]);
          }
        }
      }
    }
  }
}
