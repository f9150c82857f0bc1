package xfm.runtime.fuse;

/** Which loops of a nest run on vectors. */
public enum LoopForm {
  /** The innermost axis of what is stored. */
  INNERMOST,

  /** Folds, along their own axis: sums of rows, for one. */
  FOLDS,

  /** None: each row is sorted, and its places are looked up. */
  SORTED,

  /** None. */
  SCALAR
}
