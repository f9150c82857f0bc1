package xfm.language.call;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import xfm.language.XfmContext;

/** A function that is written in Java: one class each, listed where scripts find it. */
public abstract class Builtin extends XfmCallable {
  private final Signature signature;

  protected Builtin(Signature signature) {
    this.signature = signature;
  }

  /**
   * Does it.
   *
   * @return a value of xfm, {@code Nothing.VALUE} where there is none
   * @throws xfm.compiler.diag.XfmException if the arguments cannot be used
   */
  protected abstract Object call(XfmContext context, Arguments arguments);

  @Override
  public final Signature signature() {
    return signature;
  }

  @Override
  public final Object own() {
    return this;
  }

  @Override
  @TruffleBoundary
  public final Object call(Object[] slots, CallSite site) {
    return call(XfmContext.get(site.location()), new Arguments(slots, site));
  }
}
