package xfm.compiler.plan;

/** How often a step runs for a batch of sequences. */
enum Times {
  /** Once for all runs: it depends on no input and no length. */
  ONCE("once"),
  /** Once for the places of all sequences, which lie end to end: each place is computed alone. */
  ALL_ROWS("rows"),
  /** Once for each sequence. */
  EACH("each");

  /** For people. */
  final String word;

  Times(String word) {
    this.word = word;
  }
}
