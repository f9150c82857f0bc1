package xfm.runtime.fuse;

/**
 * Folds that need not be done anew at each place of the innermost axis of a nest: something of them
 * is carried along a row, or made once for it. They may not depend on more than the axes of the
 * nest: a fold around them would carry what belongs to its step before.
 */
sealed interface Carried permits RunningSums, Ranks {
  /** Begins a row. */
  void begin();

  /** Whether a fold is one of them. */
  boolean has(Node node);

  /** Leaves its value at a place in a local. Nothing is computed before a place asks for it. */
  void emit(Node node, int result);
}
