package xfm.runtime.kernel.attention;

import static xfm.runtime.kernel.attention.AttentionTile.KEYS;
import static xfm.runtime.kernel.attention.AttentionTile.WIDTH;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;
import xfm.runtime.kernel.Moves;

/**
 * The keys and values of tiles as the panels that {@link AttentionTile} reads: where they are, and
 * who packs them when they are first met. Workers have panels of the groups that they are at; or,
 * where there are fewer of these than workers, all share the panels of all groups, so that there is
 * one copy of keys and values at the most.
 *
 * <p>Who first meets a shared tile packs it for the others. Who meets one that is just being packed
 * does that for itself alone, which takes no longer than to wait: 1 µs.
 */
final class Panels {
  private static final int UNPACKED = 0;
  private static final int UNDER_WAY = 1;
  private static final int PACKED = 2;

  private final AttentionShape shape;
  private final KeyPanels keys;
  private final KeyPanels[] values;
  private final int tiles;

  /** Elements of a tile. */
  private final long size;

  /** Of all tiles, how far each is, if they are shared. */
  private final AtomicIntegerArray shared;

  // The run under way.
  private MemorySegment k;
  private MemorySegment[] v;
  private MemorySegment all;

  /**
   * @param groups of which the panels are shared; 0 if each worker has its own
   */
  Panels(Moves moves, AttentionShape shape, int groups) {
    this.shape = shape;
    keys = new KeyPanels(moves, shape.k());
    values =
        shape.values().stream().map(own -> new KeyPanels(moves, own.v())).toArray(KeyPanels[]::new);
    tiles = Math.ceilDiv(shape.keys(), KEYS);
    size = tileElements(shape);
    shared = new AtomicIntegerArray(Math.multiplyExact(groups, tiles));
  }

  /** The columns of the values before some, in whole panels; of all of them together. */
  static int columns(AttentionShape shape, int before) {
    return shape.values().subList(0, before).stream()
        .mapToInt(own -> Math.ceilDiv(own.v().elements().length, WIDTH) * WIDTH)
        .sum();
  }

  /** Elements of a tile, whose values follow its keys. */
  static long tileElements(AttentionShape shape) {
    return KEYS * ((long) shape.k().elements().length + columns(shape, shape.values().size()));
  }

  boolean areShared() {
    return shared.length() > 0;
  }

  long sharedElements() {
    return Math.multiplyExact(shared.length(), size);
  }

  /**
   * Begins a run.
   *
   * @param all room for what is shared
   */
  void begin(MemorySegment k, MemorySegment[] v, MemorySegment all) {
    this.k = k;
    this.v = v;
    this.all = all;
    for (int tile = 0; tile < shared.length(); tile++) {
      shared.setPlain(tile, UNPACKED);
    }
  }

  private void write(int entry, int tile, MemorySegment to, long at) {
    int key = tile * KEYS;
    int count = Math.min(KEYS, shape.keys() - key);
    keys.keys(k, shape.k().entries()[entry], key, count, to, at);
    long next = at + (long) KEYS * shape.k().elements().length;
    for (int p = 0; p < values.length; p++) {
      AttentionShape.Operand own = shape.values().get(p).v();
      values[p].values(v[p], own.entries()[entry], key, count, to, next);
      next += (long) KEYS * Math.ceilDiv(own.elements().length, WIDTH) * WIDTH;
    }
  }

  /** What one worker sees of them. */
  final class Own {
    private final int together;
    private final boolean[] packed;
    private MemorySegment memory;
    private long from;
    private int first;
    private MemorySegment current;

    /**
     * @param together how many groups a worker is at
     */
    Own(int together) {
      this.together = areShared() ? 0 : together;
      packed = new boolean[this.together * tiles];
    }

    /** Elements of a worker's memory. */
    long elements() {
      return areShared() ? size : Math.multiplyExact((long) together * tiles, size);
    }

    /**
     * Turns to some groups.
     *
     * @param first the first of them
     * @param memory of the worker, of which the panels' part begins at {@code from}
     * @param anew whether these are others than before
     */
    void turn(int first, MemorySegment memory, long from, boolean anew) {
      this.first = first;
      this.memory = memory;
      this.from = from;
      if (anew) {
        Arrays.fill(packed, false);
      }
    }

    /** The memory that holds the tile asked for last. */
    MemorySegment memory() {
      return current;
    }

    /** Where in its memory a tile begins; it is packed then. */
    long tile(int entry, int group, int tile) {
      if (areShared()) {
        return sharedTile(entry, group * tiles + tile, tile);
      }
      int place = (group - first) * tiles + tile;
      long at = from + place * size;
      current = memory;
      if (!packed[place]) {
        write(entry, tile, memory, at);
        packed[place] = true;
      }
      return at;
    }

    private long sharedTile(int entry, int number, int tile) {
      long at = number * size;
      current = all;
      if (shared.compareAndSet(number, UNPACKED, UNDER_WAY)) {
        write(entry, tile, all, at);
        shared.set(number, PACKED);
      } else if (shared.get(number) == UNDER_WAY) {
        current = memory;
        at = from;
        write(entry, tile, memory, at);
      }
      return at;
    }
  }
}
