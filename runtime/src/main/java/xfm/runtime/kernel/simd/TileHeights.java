package xfm.runtime.kernel.simd;

/**
 * Cuts rows into tiles of the heights that {@link Tiles} has, none much lower than the others: a
 * tile of less than 4 rows cannot keep both multiply-add units busy.
 */
final class TileHeights {
  /** By rows left, 0 to 19: the next tile where 10 rows fit the registers. */
  private static final byte[] OF_TEN = {
    0, 1, 2, 3, 4, 5, 6, 4, 8, 5, 10, 6, 6, 8, 8, 10, 8, 6, 10, 10
  };

  /** By rows left, 0 to 9: the next tile where 5 rows fit the registers. */
  private static final byte[] OF_FIVE = {0, 1, 2, 3, 4, 5, 3, 4, 4, 5};

  private TileHeights() {}

  /** The height of the next tile, with {@code left} rows to do and {@code most} = 10 or 5. */
  static int next(int left, int most) {
    if (left >= 2 * most) {
      return most;
    }
    return most == 10 ? OF_TEN[left] : OF_FIVE[left];
  }
}
