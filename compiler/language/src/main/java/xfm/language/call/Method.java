package xfm.language.call;

/** A builtin together with the object whose method it is: {@code m.generate}. */
public final class Method extends XfmCallable {
  private final Object receiver;
  private final Builtin builtin;

  public Method(Object receiver, Builtin builtin) {
    this.receiver = receiver;
    this.builtin = builtin;
  }

  @Override
  public Signature signature() {
    return builtin.signature();
  }

  @Override
  public Object own() {
    return receiver;
  }

  @Override
  public Object call(Object[] slots, CallSite site) {
    return builtin.call(slots, site);
  }
}
