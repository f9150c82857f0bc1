package xfm.runtime.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import xfm.runtime.tensor.DType;
import xfm.runtime.tensor.Shapes;
import xfm.runtime.tensor.Tensor;

/**
 * Strict reader and writer of numpy's npy files, versions 1 to 3, for numbers in C order and little
 * endian. The file is the header and the elements to the last byte.
 */
public final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** numpy writes about 100 bytes; the format would allow 4 GB. */
  private static final int MAX_HEADER = 65_536;

  private static final int ALIGNMENT = 64;

  private Npy() {}

  /**
   * Reads an array into memory of its own, which the garbage collector frees.
   *
   * @throws FormatException if the file cannot be read, is no npy file, or holds Python objects,
   *     structures, texts, complex or big-endian numbers, or Fortran order
   */
  public static Tensor read(Path file) {
    try (FileChannel channel = Inputs.open(file)) {
      return read(file, channel);
    } catch (IOException failure) {
      throw Inputs.unreadable(file, failure);
    }
  }

  private static Tensor read(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    byte[] start = new byte[(int) Math.min(size, 64)];
    Inputs.readFully(file, channel, ByteBuffer.wrap(start), 0);
    if (start.length < 10 || !Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw notNpy(file, start);
    }
    int version = start[6];
    if (version < 1 || version > 3 || start[7] != 0) {
      throw new FormatException(
          file,
          "byte 6",
          "npy version " + (version & 0xFF) + "." + (start[7] & 0xFF) + " is not known",
          "versions 1.0, 2.0 and 3.0 are read",
          "");
    }
    ByteBuffer buffer = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
    int headerStart = version == 1 ? 10 : 12;
    if (size < headerStart) {
      throw notNpy(file, start);
    }
    long length =
        version == 1
            ? Short.toUnsignedLong(buffer.getShort(8))
            : Integer.toUnsignedLong(buffer.getInt(8));
    if (length > MAX_HEADER || length > size - headerStart) {
      throw new FormatException(
          file,
          "byte 8",
          "the header is longer than it can be",
          "it would have "
              + length
              + " bytes; the file has "
              + (size - headerStart)
              + " for it, and at most "
              + MAX_HEADER
              + " are read",
          "save the array again with numpy.save");
    }
    byte[] header = new byte[(int) length];
    Inputs.readFully(file, channel, ByteBuffer.wrap(header), headerStart);
    NpyHeader parsed = NpyHeader.parse(file, Utf8.decode(file, header, headerStart));
    return readData(file, channel, parsed, headerStart + length, size);
  }

  private static Tensor readData(
      Path file, FileChannel channel, NpyHeader header, long start, long size) throws IOException {
    String described = header.dtype() + " " + Shapes.text(header.shape());
    long bytes;
    try {
      bytes = Shapes.bytes(header.dtype(), header.shape());
    } catch (ArithmeticException _) {
      throw new FormatException(
          file, "header", "the shape overflows", described + " has 2^63 bytes or more", "");
    }
    if (bytes != size - start) {
      throw new FormatException(
          file,
          "",
          bytes > size - start ? "the file is cut off" : "there are bytes after the array",
          described + " takes " + bytes + " bytes, and the file has " + (size - start),
          "save the array again with numpy.save, one array a file");
    }
    MemorySegment data = Arena.ofAuto().allocate(bytes, ALIGNMENT);
    Inputs.readFully(file, channel, data, start);
    return new Tensor(header.dtype(), header.shape(), data);
  }

  private static FormatException notNpy(Path file, byte[] start) {
    Optional<Foreign> foreign = Foreign.of(start);
    return new FormatException(
        file,
        "",
        "this is no npy file",
        foreign.map(kind -> "it is " + kind.what()).orElse("it does not begin as one"),
        foreign.map(Foreign::fix).orElse("save the array again with numpy.save"));
  }

  /**
   * Replaces or makes {@code file}, completely or not at all; the bytes are those of {@code
   * numpy.save}.
   *
   * @throws FormatException if the file cannot be written
   * @throws IllegalArgumentException if the tensor is bfloat16, which npy cannot name
   */
  public static void write(Path file, Tensor tensor) {
    ByteBuffer header = header(tensor);
    AtomicFile.write(
        file,
        channel -> {
          AtomicFile.writeFully(channel, header);
          AtomicFile.writeFully(channel, tensor.data());
        });
  }

  private static ByteBuffer header(Tensor tensor) {
    long[] shape = tensor.shape();
    String sizes = Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining(", "));
    String dict =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s%s), }"
            .formatted(spelling(tensor.dtype()), sizes, shape.length == 1 ? "," : "");
    // numpy leaves room for the first axis to grow to 21 digits, then pads to 64 bytes.
    int room = shape.length == 0 ? 0 : 21 - Long.toString(shape[0]).length();
    int used = MAGIC.length + 4 + dict.length() + room + 1;
    int padded = Math.ceilDiv(used, ALIGNMENT) * ALIGNMENT;
    int length = padded - MAGIC.length - 4;
    if (length > 0xFFFF) {
      throw new IllegalArgumentException("too many axes for an npy file: " + shape.length);
    }
    String text = dict + " ".repeat(length - dict.length() - 1) + "\n";
    return ByteBuffer.allocate(padded)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .put((byte) 1)
        .put((byte) 0)
        .putShort((short) length)
        .put(text.getBytes(StandardCharsets.US_ASCII))
        .flip();
  }

  private static String spelling(DType dtype) {
    return NpyHeader.TYPES.entrySet().stream()
        .filter(entry -> entry.getValue() == dtype)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("an npy file cannot hold elements of " + dtype));
  }
}
