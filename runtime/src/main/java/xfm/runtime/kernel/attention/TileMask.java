package xfm.runtime.kernel.attention;

import static xfm.runtime.kernel.attention.AttentionTile.GROUP;
import static xfm.runtime.kernel.attention.AttentionTile.KEYS;
import static xfm.runtime.kernel.attention.AttentionTile.ROWS;
import static xfm.runtime.kernel.attention.TileFunctions.DEAD;
import static xfm.runtime.kernel.attention.TileFunctions.FULL;
import static xfm.runtime.kernel.attention.TileFunctions.UNKNOWN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The mask of one tile of queries, as one worker knows it: what each tile of keys is, and the last
 * tiles of the mask itself. Ranges decide most tiles; the others are looked at, key by key, before
 * anything of them is computed, so that exactly the tiles with a key to see are.
 */
final class TileMask {
  /** A tile that was looked at and hides some of its keys. */
  private static final int MIXED = 3;

  /** Tiles of the mask that are kept: two edges of a window, and some of the first keys. */
  private static final int KEPT = 4;

  private static final int GROUPS = ROWS / GROUP;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

  private final AttentionTile kernel;
  private final TileFunctions functions;
  private final boolean masked;
  private final int keys;
  private final int tiles;
  private final long states;
  private final long diagonals;
  private final int[] kept = new int[KEPT];

  /** Of a tile that hides nothing, then of each that is kept: what {@link #firstKey} reads. */
  private final int[] ends = new int[(1 + KEPT) * GROUPS * 2];

  private int current;
  private final int[] parameters;
  private final MemorySegment[] slots;
  private MemorySegment memory;
  private int query = -1;

  TileMask(AttentionTile kernel, TileFunctions functions, int keys) {
    this.kernel = kernel;
    this.functions = functions;
    this.keys = keys;
    masked = functions.live().isPresent();
    tiles = Math.ceilDiv(keys, KEYS);
    states = masked ? (long) KEPT * ROWS * KEYS : 0;
    diagonals = states + (masked ? tiles : 0);
    int point = functions.points().length == 0 ? 0 : functions.points()[0].length;
    parameters = new int[TileFunctions.POINT + point + functions.lengths().length];
    System.arraycopy(
        functions.lengths(),
        0,
        parameters,
        TileFunctions.POINT + point,
        functions.lengths().length);
    slots = new MemorySegment[2 + functions.operands().size()];
    for (int i = 2; i < slots.length; i++) {
      slots[i] = functions.operands().get(i - 2);
    }
  }

  /**
   * How much memory it needs: tiles of the mask, what each tile of keys is, tables of distances.
   */
  long elements() {
    return diagonals + (long) functions.diagonals().size() * TileFunctions.DIAGONAL_ROOM;
  }

  /** A new run: inputs may have changed. */
  void begin() {
    query = -1;
  }

  /** Turns to a tile of queries of an entry. */
  void row(MemorySegment memory, int query, int rows, int entry) {
    this.memory = memory;
    slots[0] = memory;
    slots[1] = memory;
    int[] point = functions.points()[entry];
    System.arraycopy(point, 0, parameters, TileFunctions.POINT, point.length);
    parameters[TileFunctions.ROWS] = rows;
    parameters[TileFunctions.QUERY] = query;
    parameters[TileFunctions.TILES] = tiles;
    if (masked && (functions.perEntry() || this.query != query)) {
      parameters[TileFunctions.TILE] = Math.toIntExact(states);
      functions.live().get().run(slots, parameters, 0, tiles);
      Arrays.fill(kept, -1);
    }
    this.query = query;
  }

  /**
   * What a tile of keys is, for certain.
   *
   * @return {@link TileFunctions#DEAD}, {@link TileFunctions#FULL}, or something else
   */
  int look(int tile) {
    int state = masked ? memory.getAtIndex(INT, states + tile) : FULL;
    if (state == UNKNOWN || state == MIXED) {
      make(tile);
      state = memory.getAtIndex(INT, states + tile);
    }
    current = state == MIXED ? 1 + tile % KEPT : 0;
    if (current == 0) {
      for (int group = 0; group < GROUPS; group++) {
        ends[2 * group + 1] = Math.min(KEYS, keys - tile * KEYS);
      }
    }
    return state;
  }

  /** The first key of the tile looked at last that is seen by a query beside this one. */
  int firstKey(int row) {
    return ends[(current * GROUPS + row / GROUP) * 2];
  }

  /** Behind the last of them; not above {@link #firstKey} where none is seen. */
  int endKey(int row) {
    return ends[(current * GROUPS + row / GROUP) * 2 + 1];
  }

  /** Finds what a tile of the mask shows. */
  private int look(int place, int rows, int count) {
    long all = -1L >>> KEYS - count;
    long some = 0;
    long hidden = 0;
    for (int row = 0; row < rows; row += GROUP) {
      long shown = 0;
      for (int r = row; r < Math.min(rows, row + GROUP); r++) {
        long bits = kernel.hidden(memory, ((long) place * ROWS + r) * KEYS) & all;
        shown |= bits ^ all;
        hidden |= bits;
      }
      some |= shown;
      int group = (1 + place) * GROUPS + row / GROUP;
      ends[2 * group] = Long.numberOfTrailingZeros(shown);
      ends[2 * group + 1] = KEYS - Long.numberOfLeadingZeros(shown);
    }
    return some == 0 ? DEAD : hidden == 0 ? FULL : MIXED;
  }

  /** Makes the mask of a tile, unless it is kept from before; returns where it is. */
  private long make(int tile) {
    int place = tile % KEPT;
    long at = (long) place * ROWS * KEYS;
    if (kept[place] != tile) {
      kept[place] = tile;
      parameters[TileFunctions.KEYS] = Math.min(KEYS, keys - tile * KEYS);
      parameters[TileFunctions.KEY] = tile * KEYS;
      parameters[TileFunctions.TILE] = Math.toIntExact(at);
      int rows = parameters[TileFunctions.ROWS];
      functions.hidden().get().run(slots, parameters, 0, rows);
      memory.setAtIndex(INT, states + tile, look(place, rows, parameters[TileFunctions.KEYS]));
    }
    return at;
  }

  /** Makes scores of the products of a tile, −∞ of those that the mask hides. */
  void score(int rows, int tile, int count, int state, float[] products) {
    boolean mixed = state == MIXED;
    long hidden = mixed ? make(tile) : 0;
    if (functions.score().isEmpty()) {
      if (mixed) {
        kernel.hide(rows, products, memory, hidden);
      }
      return;
    }
    parameters[TileFunctions.KEYS] = count;
    parameters[TileFunctions.KEY] = tile * KEYS;
    parameters[TileFunctions.HIDDEN] = Math.toIntExact(hidden);
    parameters[TileFunctions.DIAGONAL] = Math.toIntExact(diagonals);
    parameters[TileFunctions.DIAGONALS] = ROWS + KEYS - 1;
    for (int i = 0; i < functions.diagonals().size(); i++) {
      parameters[TileFunctions.TILE] =
          Math.toIntExact(diagonals + (long) i * TileFunctions.DIAGONAL_ROOM);
      functions.diagonals().get(i).run(slots, parameters, ROWS - rows, ROWS - 1 + count);
    }
    (mixed ? functions.guarded() : functions.score())
        .get()
        .run(products, slots, parameters, 0, rows);
  }
}
