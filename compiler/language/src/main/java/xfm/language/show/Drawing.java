package xfm.language.show;

/** How a matrix or a vector is drawn. */
public enum Drawing {
  /** Numbers in columns. */
  TABLE,
  /** A dot for each number, its size the number's; keys down and queries across. */
  DOTS,
  /** A shade for each number. */
  HEAT,
  /** A bar for each number of a vector. */
  BARS
}
