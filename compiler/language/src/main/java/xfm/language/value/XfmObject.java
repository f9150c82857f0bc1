package xfm.language.value;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.TruffleLanguage;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.interop.TruffleObject;
import com.oracle.truffle.api.library.ExportLibrary;
import com.oracle.truffle.api.library.ExportMessage;
import xfm.language.XfmLanguage;

/** What all values of xfm that are no numbers, texts or truths have in common. */
@ExportLibrary(InteropLibrary.class)
public abstract class XfmObject implements TruffleObject {

  /** What messages call such a value: "list", "model". */
  public abstract String kind();

  /** Writes the value as a console shows it, within the limits of {@code out}. */
  protected abstract void display(Display out);

  @ExportMessage
  public boolean hasLanguage() {
    return true;
  }

  @ExportMessage
  public Class<? extends TruffleLanguage<?>> getLanguage() {
    return XfmLanguage.class;
  }

  @ExportMessage
  @TruffleBoundary
  public Object toDisplayString(@SuppressWarnings("unused") boolean allowSideEffects) {
    return Display.shortened(this);
  }

  @Override
  public String toString() {
    return Display.shortened(this);
  }
}
