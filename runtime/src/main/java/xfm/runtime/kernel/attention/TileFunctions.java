package xfm.runtime.kernel.attention;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import xfm.runtime.fuse.LoopKernel;
import xfm.runtime.fuse.TileKernel;

/**
 * What a program does to the scores of a tile, as generated loops.
 *
 * <p>Slot 0 is what a loop writes, slot 1 has the tile of {@code hidden} and the tables of {@code
 * diagonals}, and {@code operands} follow. Scores are made in the array in which the products lie,
 * score (r, c) at r * 64 + c. The int parameters are those below, then the point of the entry, then
 * {@code lengths}.
 *
 * @param live over (tile): {@link #DEAD}, {@link #UNKNOWN} or {@link #FULL} for each tile of keys
 *     beside one tile of queries, from the ranges of their places; sound, not exact
 * @param hidden over (query, key): −∞ where the mask hides the key, else 0. Present together with
 *     {@code live}, or neither
 * @param score over (query, key): the score in place of the product
 * @param guarded the same with −∞ where {@code hidden} is below 0, nothing being evaluated there
 * @param diagonals over (c − r + 63): tables that scores read, of what depends on the distance of
 *     query r and key c alone
 * @param perEntry whether the mask depends on the point of the entry
 * @param points for each entry, its values of the entry's indices
 */
public record TileFunctions(
    Optional<LoopKernel> live,
    Optional<LoopKernel> hidden,
    Optional<TileKernel> score,
    Optional<TileKernel> guarded,
    List<LoopKernel> diagonals,
    boolean perEntry,
    int[][] points,
    List<MemorySegment> operands,
    int[] lengths) {
  /** A tile that the mask rules out. */
  public static final int DEAD = 0;

  /** A tile that must be looked at. */
  public static final int UNKNOWN = 1;

  /** A tile in which every key is seen. */
  public static final int FULL = 2;

  /** Parameter: queries of the tile. */
  public static final int ROWS = 0;

  /** Parameter: keys of the tile. */
  public static final int KEYS = 1;

  /** Parameter: the first query. */
  public static final int QUERY = 2;

  /** Parameter: the first key. */
  public static final int KEY = 3;

  /** Parameter of what writes no scores: where it begins in slot 0. */
  public static final int TILE = 4;

  /** Parameter: where {@code hidden} begins in slot 1. */
  public static final int HIDDEN = 5;

  /** Parameter of {@code live}: tiles of keys. */
  public static final int TILES = 6;

  /** Parameter: where the tables of {@code diagonals} begin in slot 1. */
  public static final int DIAGONAL = 7;

  /** Parameter of {@code diagonals}: how many there are in a tile. */
  public static final int DIAGONALS = 8;

  /** The first parameter of the entry's point. */
  public static final int POINT = 9;

  /** From one table of {@code diagonals} to the next. */
  public static final int DIAGONAL_ROOM = AttentionTile.ROWS + AttentionTile.KEYS;

  /** Every key seen by every query, the score the scaled product. */
  public static TileFunctions none(int entries) {
    return new TileFunctions(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        false,
        new int[entries][0],
        List.of(),
        new int[0]);
  }
}
