package xfm.language.model;

import com.oracle.truffle.api.interop.ArityException;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.interop.UnsupportedMessageException;
import com.oracle.truffle.api.interop.UnsupportedTypeException;

/** Invoking a member that is a callable of ours: it reports wrong arguments itself. */
public final class Members {
  private Members() {}

  public static Object invoke(Object callable, Object[] arguments) {
    try {
      return InteropLibrary.getUncached().execute(callable, arguments);
    } catch (ArityException | UnsupportedTypeException | UnsupportedMessageException e) {
      throw new IllegalStateException("a callable of ours refused to be called", e);
    }
  }
}
