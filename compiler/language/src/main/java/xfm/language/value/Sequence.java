package xfm.language.value;

import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.interop.InvalidArrayIndexException;
import com.oracle.truffle.api.library.ExportLibrary;
import com.oracle.truffle.api.library.ExportMessage;

/** Values in an order, each at its number from 0; never changes. Hosts see an array. */
@ExportLibrary(InteropLibrary.class)
public abstract class Sequence extends XfmObject {

  public abstract long size();

  /** The element at {@code index}, which is in range. */
  public abstract Object get(long index);

  @Override
  public String kind() {
    return "list";
  }

  @Override
  protected void display(Display out) {
    out.raw("[");
    for (long i = 0; i < size(); i++) {
      out.raw(i == 0 ? "" : ", ");
      if (out.full()) {
        out.raw("… " + (size() - i) + " more");
        break;
      }
      out.value(get(i));
    }
    out.raw("]");
  }

  @ExportMessage
  public boolean hasArrayElements() {
    return true;
  }

  @ExportMessage
  public long getArraySize() {
    return size();
  }

  @ExportMessage
  public boolean isArrayElementReadable(long index) {
    return index >= 0 && index < size();
  }

  @ExportMessage
  public Object readArrayElement(long index) throws InvalidArrayIndexException {
    if (!isArrayElementReadable(index)) {
      throw InvalidArrayIndexException.create(index);
    }
    return get(index);
  }
}
