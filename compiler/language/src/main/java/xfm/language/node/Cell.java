package xfm.language.node;

/** A local variable that a lambda reads and that is assigned again: both share this. */
final class Cell {
  Object value;

  Cell(Object value) {
    this.value = value;
  }
}
