package xfm.language.node;

/**
 * A local name of one function. A lambda copies what it captures; only a name that is captured and
 * also assigned after its {@code let} lives in a cell that both see. Both facts are known when the
 * function is translated, before it runs.
 */
public final class Variable {
  private final String name;
  private final int slot;
  private boolean captured;
  private boolean assigned;

  public Variable(String name, int slot) {
    this.name = name;
    this.slot = slot;
  }

  public String name() {
    return name;
  }

  public int slot() {
    return slot;
  }

  /** A lambda reads it. */
  public void capture() {
    captured = true;
  }

  /** A statement assigns to it. */
  public void assign() {
    assigned = true;
  }

  boolean inCell() {
    return captured && assigned;
  }
}
