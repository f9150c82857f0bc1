package xfm.runtime.kernel.attention;

import static xfm.runtime.kernel.attention.AttentionTile.KEYS;
import static xfm.runtime.kernel.attention.AttentionTile.WIDTH;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import xfm.runtime.kernel.Moves;

/** Cuts keys and values into the panels that {@link AttentionTile#multiply} reads. */
final class KeyPanels {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private final Moves moves;
  private final int inner;
  private final long keyRow;
  private final long valueRow;
  private final long[] keyElements;
  private final long[] valueElements;
  private final boolean denseKeys;
  private final boolean denseValues;

  KeyPanels(Moves moves, AttentionShape.Operand k, AttentionShape.Operand v) {
    this.moves = moves;
    inner = k.elements().length;
    keyRow = k.row();
    valueRow = v.row();
    keyElements = k.elements();
    valueElements = v.elements();
    denseKeys = k.isDense();
    denseValues = v.isDense();
  }

  /** {@code to[c / 32][e][c % 32] = k[key + c, e]}; 0 for c from {@code count} on. */
  void keys(MemorySegment k, long entry, int key, int count, MemorySegment to, long at) {
    if (count < KEYS) {
      fill(to, at, (long) KEYS * inner, 0f);
    }
    int c = 0;
    for (; denseKeys && c + WIDTH <= count; c += WIDTH) {
      moves.turn(inner, k, entry + (key + c) * keyRow, keyRow, to, panel(at, c, inner));
    }
    for (; c < count; c++) {
      long from = entry + (key + c) * keyRow;
      long panel = panel(at, c, inner);
      for (int e = 0; e < inner; e++) {
        to.setAtIndex(FLOAT, panel + (long) e * WIDTH, k.getAtIndex(FLOAT, from + keyElements[e]));
      }
    }
  }

  private static long panel(long at, int c, int inner) {
    return at + (long) (c / WIDTH) * WIDTH * inner + c % WIDTH;
  }

  /** {@code to[f / 32][c][f % 32] = v[key + c, f]}; 0 for c and f that are not there. */
  void values(MemorySegment v, long entry, int key, int count, MemorySegment to, long at) {
    int columns = valueElements.length;
    for (int first = 0; first < columns; first += WIDTH) {
      int wide = Math.min(WIDTH, columns - first);
      long panel = at + (long) first * KEYS;
      if (count < KEYS || wide < WIDTH) {
        fill(to, panel, (long) KEYS * WIDTH, 0f);
      }
      long from = entry + key * valueRow;
      if (denseValues) {
        moves.copy(count, wide, v, from + first, valueRow, to, panel, WIDTH);
      }
      for (int c = 0; c < count && !denseValues; c++) {
        long row = from + c * valueRow;
        for (int f = 0; f < wide; f++) {
          float value = v.getAtIndex(FLOAT, row + valueElements[first + f]);
          to.setAtIndex(FLOAT, panel + (long) c * WIDTH + f, value);
        }
      }
    }
  }

  private static void fill(MemorySegment memory, long at, long count, float value) {
    for (long i = at; i < at + count; i++) {
      memory.setAtIndex(FLOAT, i, value);
    }
  }
}
