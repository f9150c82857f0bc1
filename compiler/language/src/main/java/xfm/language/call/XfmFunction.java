package xfm.language.call;

import com.oracle.truffle.api.CompilerDirectives;
import com.oracle.truffle.api.CompilerDirectives.CompilationFinal;
import com.oracle.truffle.api.RootCallTarget;
import java.util.function.Supplier;

/** A function of the script: a {@code fn} declaration, or a lambda with what it captured. */
public final class XfmFunction extends XfmCallable {
  private final Signature signature;
  private final Object[] captured;
  @CompilationFinal private RootCallTarget target;
  private Supplier<RootCallTarget> source;

  /** A lambda. */
  public XfmFunction(Signature signature, RootCallTarget target, Object[] captured) {
    this.signature = signature;
    this.target = target;
    this.captured = captured;
  }

  /** A declaration, translated when it is first called: functions may call each other. */
  public XfmFunction(Signature signature, Supplier<RootCallTarget> source) {
    this.signature = signature;
    this.source = source;
    this.captured = new Object[0];
  }

  /** The body; its arguments are those of {@link Signature#arrange}. */
  public RootCallTarget target() {
    if (target == null) {
      CompilerDirectives.transferToInterpreterAndInvalidate();
      target = source.get();
      source = null;
    }
    return target;
  }

  @Override
  public Signature signature() {
    return signature;
  }

  @Override
  public Object own() {
    return captured;
  }

  @Override
  public Object call(Object[] slots, CallSite site) {
    return target().call(slots);
  }
}
