package xfm.language.value;

/** A block, of which a script can say the name alone: it is called inside a model. */
public final class BlockValue extends XfmObject {
  private final String name;

  public BlockValue(String name) {
    this.name = name;
  }

  @Override
  public String kind() {
    return "block";
  }

  @Override
  protected void display(Display out) {
    out.raw("block " + name);
  }
}
