package xfm.runtime.kernel.attention;

import static xfm.runtime.kernel.attention.AttentionTile.KEYS;
import static xfm.runtime.kernel.attention.AttentionTile.WIDTH;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import xfm.runtime.kernel.Moves;

/** Cuts keys or values into the panels that {@link AttentionTile#multiply} reads. */
final class KeyPanels {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private final Moves moves;
  private final long row;
  private final long[] elements;
  private final boolean dense;

  KeyPanels(Moves moves, AttentionShape.Operand operand) {
    this.moves = moves;
    row = operand.row();
    elements = operand.elements();
    dense = operand.isDense();
  }

  /** {@code to[c / 32][e][c % 32] = k[key + c, e]}; 0 for c from {@code count} on. */
  void keys(MemorySegment k, long entry, int key, int count, MemorySegment to, long at) {
    int inner = elements.length;
    if (count < KEYS) {
      fill(to, at, (long) KEYS * inner, 0f);
    }
    int c = 0;
    for (; dense && c + WIDTH <= count; c += WIDTH) {
      moves.turn(inner, k, entry + (key + c) * row, row, to, panel(at, c, inner));
    }
    for (; c < count; c++) {
      long from = entry + (key + c) * row;
      long panel = panel(at, c, inner);
      for (int e = 0; e < inner; e++) {
        to.setAtIndex(FLOAT, panel + (long) e * WIDTH, k.getAtIndex(FLOAT, from + elements[e]));
      }
    }
  }

  private static long panel(long at, int c, int inner) {
    return at + (long) (c / WIDTH) * WIDTH * inner + c % WIDTH;
  }

  /** {@code to[f / 32][c][f % 32] = v[key + c, f]}; 0 for c and f that are not there. */
  void values(MemorySegment v, long entry, int key, int count, MemorySegment to, long at) {
    int columns = elements.length;
    for (int first = 0; first < columns; first += WIDTH) {
      int wide = Math.min(WIDTH, columns - first);
      long panel = at + (long) first * KEYS;
      if (count < KEYS || wide < WIDTH) {
        fill(to, panel, (long) KEYS * WIDTH, 0f);
      }
      long from = entry + key * row;
      if (dense) {
        moves.copy(count, wide, v, from + first, row, to, panel, WIDTH);
      }
      for (int c = 0; c < count && !dense; c++) {
        long here = from + c * row;
        for (int f = 0; f < wide; f++) {
          float value = v.getAtIndex(FLOAT, here + elements[first + f]);
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
