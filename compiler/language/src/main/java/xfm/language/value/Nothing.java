package xfm.language.value;

import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.library.ExportLibrary;
import com.oracle.truffle.api.library.ExportMessage;

/** The value of what has none: a statement, a call of {@code print}. */
@ExportLibrary(InteropLibrary.class)
public final class Nothing extends XfmObject {
  public static final Nothing VALUE = new Nothing();

  private Nothing() {}

  @Override
  public String kind() {
    return "nothing";
  }

  @Override
  protected void display(Display out) {
    out.raw("nothing");
  }

  @ExportMessage
  boolean isNull() {
    return true;
  }
}
