package xfm.language.call;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.library.ExportLibrary;
import com.oracle.truffle.api.library.ExportMessage;
import xfm.language.value.Display;
import xfm.language.value.XfmObject;

/** What a script or a host can call. */
@ExportLibrary(InteropLibrary.class)
public abstract class XfmCallable extends XfmObject {

  public abstract Signature signature();

  /** What goes into slot 0 of the arguments. */
  public abstract Object own();

  /** Calls with arguments that {@link Signature#arrange} has put in order. */
  public abstract Object call(Object[] slots, CallSite site);

  @Override
  public String kind() {
    return "function";
  }

  @Override
  protected void display(Display out) {
    out.raw(signature().usage());
  }

  @ExportMessage
  public boolean isExecutable() {
    return true;
  }

  @ExportMessage
  @TruffleBoundary
  public Object execute(Object[] arguments) {
    return HostCall.call(this, arguments);
  }
}
