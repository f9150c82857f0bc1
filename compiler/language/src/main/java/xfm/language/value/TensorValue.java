package xfm.language.value;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.interop.InvalidBufferOffsetException;
import com.oracle.truffle.api.interop.UnknownIdentifierException;
import com.oracle.truffle.api.library.ExportLibrary;
import com.oracle.truffle.api.library.ExportMessage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import xfm.runtime.tensor.Shapes;
import xfm.runtime.tensor.Tensor;

/**
 * A tensor of rank 1 or more: to hosts an array of numbers, or of arrays (its rows, which are not
 * copied), with the members {@code shape} and {@code dtype}, and a buffer of its bytes. Read-only.
 */
@ExportLibrary(InteropLibrary.class)
public final class TensorValue extends Sequence {
  /** More elements than this are shown in part, on lines of their own. */
  private static final int MANY = 8;

  private final Tensor tensor;
  private final Optional<Axes> axes;

  private TensorValue(Tensor tensor, Optional<Axes> axes) {
    this.tensor = tensor;
    this.axes = axes;
  }

  /** The tensor as a value of a script: of rank 0 it is a number. */
  public static Object of(Tensor tensor) {
    return of(tensor, Optional.empty());
  }

  /** The same, with what is known of its axes. */
  public static Object of(Tensor tensor, Optional<Axes> axes) {
    return tensor.rank() == 0 ? Elements.get(tensor, 0) : new TensorValue(tensor, axes);
  }

  /** What is known of its axes. */
  public Optional<Axes> axes() {
    return axes;
  }

  public Tensor tensor() {
    return tensor;
  }

  /** Its elements in one row; nothing is copied. */
  public TensorValue flat() {
    return new TensorValue(
        new Tensor(tensor.dtype(), new long[] {tensor.elements()}, tensor.data()),
        Optional.empty());
  }

  @Override
  public String kind() {
    return "tensor";
  }

  @Override
  public long size() {
    return tensor.shape()[0];
  }

  @Override
  @TruffleBoundary
  public Object get(long index) {
    long[] shape = tensor.shape();
    if (shape.length == 1) {
      return Elements.get(tensor, index);
    }
    long[] row = Arrays.copyOfRange(shape, 1, shape.length);
    long bytes = Shapes.bytes(tensor.dtype(), row);
    return new TensorValue(
        new Tensor(tensor.dtype(), row, tensor.data().asSlice(index * bytes, bytes)),
        axes.map(a -> a.without(0)));
  }

  @Override
  protected void display(Display out) {
    out.raw(tensor.dtype().name().toLowerCase(java.util.Locale.ROOT));
    out.raw(Shapes.text(tensor.shape()));
    if (tensor.rank() > 1 || Shapes.elements(tensor.shape()) > MANY) {
      out.raw("\n").raw(TensorText.of(this));
    } else {
      out.raw(" ");
      super.display(out);
    }
  }

  @ExportMessage
  boolean hasMembers() {
    return true;
  }

  @ExportMessage
  Object getMembers(@SuppressWarnings("unused") boolean includeInternal) {
    return new XfmList("shape", "dtype");
  }

  @ExportMessage
  boolean isMemberReadable(String member) {
    return member.equals("shape") || member.equals("dtype");
  }

  @ExportMessage
  @TruffleBoundary
  Object readMember(String member) throws UnknownIdentifierException {
    return switch (member) {
      case "shape" -> new XfmList(Arrays.stream(tensor.shape()).boxed().toArray());
      case "dtype" -> tensor.dtype().name();
      default -> throw UnknownIdentifierException.create(member);
    };
  }

  @ExportMessage
  boolean hasBufferElements() {
    return true;
  }

  @ExportMessage
  long getBufferSize() {
    return tensor.data().byteSize();
  }

  @ExportMessage
  @TruffleBoundary
  void readBuffer(long offset, byte[] destination, int at, int length)
      throws InvalidBufferOffsetException {
    MemorySegment.copy(part(offset, length), ValueLayout.JAVA_BYTE, 0, destination, at, length);
  }

  @ExportMessage
  @TruffleBoundary
  byte readBufferByte(long offset) throws InvalidBufferOffsetException {
    return part(offset, 1).get(ValueLayout.JAVA_BYTE, 0);
  }

  @ExportMessage
  @TruffleBoundary
  short readBufferShort(ByteOrder order, long offset) throws InvalidBufferOffsetException {
    return part(offset, 2).get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order), 0);
  }

  @ExportMessage
  @TruffleBoundary
  int readBufferInt(ByteOrder order, long offset) throws InvalidBufferOffsetException {
    return part(offset, 4).get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(order), 0);
  }

  @ExportMessage
  @TruffleBoundary
  long readBufferLong(ByteOrder order, long offset) throws InvalidBufferOffsetException {
    return part(offset, 8).get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order), 0);
  }

  @ExportMessage
  @TruffleBoundary
  float readBufferFloat(ByteOrder order, long offset) throws InvalidBufferOffsetException {
    return part(offset, 4).get(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(order), 0);
  }

  @ExportMessage
  @TruffleBoundary
  double readBufferDouble(ByteOrder order, long offset) throws InvalidBufferOffsetException {
    return part(offset, 8).get(ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(order), 0);
  }

  private MemorySegment part(long offset, int length) throws InvalidBufferOffsetException {
    if (offset < 0 || length < 0 || offset > tensor.data().byteSize() - length) {
      throw InvalidBufferOffsetException.create(offset, length);
    }
    return tensor.data().asSlice(offset, length);
  }
}
