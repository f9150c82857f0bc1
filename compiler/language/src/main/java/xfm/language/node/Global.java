package xfm.language.node;

/** A name at the top of a script: of a {@code let}, of a declaration, or put there by the host. */
public final class Global {
  private final String name;
  private Object value;
  private boolean declared;

  public Global(String name) {
    this.name = name;
  }

  public String name() {
    return name;
  }

  /** Its value, or null before its {@code let} has run. */
  public Object value() {
    return value;
  }

  public void set(Object value) {
    this.value = value;
  }

  /** Makes it the name of a declaration, or with false of a variable again. */
  public void declares(boolean declaration) {
    declared = declaration;
  }

  /** Whether it names a declaration, which no statement changes. */
  public boolean isDeclaration() {
    return declared;
  }
}
