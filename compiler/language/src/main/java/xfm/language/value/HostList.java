package xfm.language.value;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.interop.InvalidArrayIndexException;
import com.oracle.truffle.api.interop.UnsupportedMessageException;

/** An array of the host, or of another language, read as a list. */
final class HostList extends Sequence {
  private final Object array;
  private final long size;

  HostList(Object array) throws UnsupportedMessageException {
    this.array = array;
    this.size = InteropLibrary.getUncached().getArraySize(array);
  }

  @Override
  public long size() {
    return size;
  }

  /** An element that the array lied about, or lost meanwhile, is nothing. */
  @Override
  @TruffleBoundary
  public Object get(long index) {
    try {
      return Values.fromHost(InteropLibrary.getUncached().readArrayElement(array, index));
    } catch (UnsupportedMessageException | InvalidArrayIndexException _) {
      return Nothing.VALUE;
    }
  }
}
