package xfm.runtime.io;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.runtime.tensor.DType;
import xfm.runtime.tensor.Shapes;

/**
 * The header of a safetensors file: eight bytes of length N, N bytes of JSON, then the data.
 *
 * <p>The rules are those of the format's reference reader: no name twice, {@code __metadata__} maps
 * texts to texts, the tensors cover the data exactly, in any order but without hole or overlap, and
 * each has the bytes that its type and shape take. So no byte of a file that opens is unaccounted
 * for, and no second format hides in it.
 *
 * @param entries the tensors in the order of their data
 * @param dataStart where the data begins in the file, 8 + N
 */
record SafetensorsHeader(List<Entry> entries, Map<String, String> metadata, long dataStart) {
  /** The longest header that is read: what the reference reader allows. */
  static final long MAX_HEADER = 100_000_000;

  /** As many axes as numpy has; more are an attack on memory. */
  private static final int MAX_RANK = 64;

  static final String METADATA = "__metadata__";

  private static final String DAMAGED =
      "the file is damaged, or the program that wrote it is wrong: download or save it again";

  /** One tensor; {@code begin} and {@code end} count from the start of the data. */
  record Entry(String name, DType dtype, long[] shape, long begin, long end) {}

  /**
   * Reads and checks the header of an open file.
   *
   * @throws FormatException if the file breaks a rule of the format
   */
  static SafetensorsHeader read(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    byte[] start = new byte[(int) Math.min(size, 64)];
    Inputs.readFully(file, channel, ByteBuffer.wrap(start), 0);
    if (size < 8) {
      throw notSafetensors(
          file, start, "the file has " + size + " bytes, and the length of the header alone has 8");
    }
    long length = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 0 || length > MAX_HEADER) {
      throw notSafetensors(
          file,
          start,
          "its header would have "
              + Long.toUnsignedString(length)
              + " bytes, and at most "
              + MAX_HEADER
              + " are allowed");
    }
    if (length > size - 8) {
      throw notSafetensors(
          file,
          start,
          "its header would have "
              + length
              + " bytes, and the file has only "
              + (size - 8)
              + " after the first 8");
    }
    if (length == 0 || start[8] != '{') {
      throw notSafetensors(file, start, "its header does not begin with {");
    }
    byte[] header = new byte[(int) length];
    Inputs.readFully(file, channel, ByteBuffer.wrap(header), 8);
    return parse(file, header, size - 8 - length);
  }

  /**
   * Checks a header against the length of the data that follows it.
   *
   * @throws FormatException if the file breaks a rule of the format
   */
  static SafetensorsHeader parse(Path file, byte[] header, long dataBytes) {
    List<Entry> entries = new ArrayList<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    try (JsonCursor cursor = new JsonCursor(file, "header, ", Utf8.decode(file, header, 8))) {
      cursor.expect(JsonToken.START_OBJECT, "an object");
      while (cursor.next() != JsonToken.END_OBJECT) {
        String name = cursor.text();
        if (name.equals(METADATA)) {
          readMetadata(cursor, metadata);
        } else {
          entries.add(readEntry(file, cursor, name));
        }
      }
      cursor.end();
    }
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    checkCover(file, entries, dataBytes);
    return new SafetensorsHeader(
        List.copyOf(entries), Collections.unmodifiableMap(metadata), 8L + header.length);
  }

  private static void readMetadata(JsonCursor cursor, Map<String, String> metadata) {
    cursor.expect(JsonToken.START_OBJECT, "an object of texts, the metadata,");
    while (cursor.next() != JsonToken.END_OBJECT) {
      String name = cursor.text();
      cursor.expect(JsonToken.VALUE_STRING, "a text, the value of a key of " + METADATA + ",");
      metadata.put(name, cursor.text());
    }
  }

  private static Entry readEntry(Path file, JsonCursor cursor, String name) {
    String where = "header, tensor " + Printable.quote(name);
    cursor.expect(JsonToken.START_OBJECT, "an object that describes a tensor");
    Optional<DType> dtype = Optional.empty();
    Optional<long[]> shape = Optional.empty();
    Optional<long[]> offsets = Optional.empty();
    while (cursor.next() != JsonToken.END_OBJECT) {
      switch (cursor.text()) {
        case "dtype" -> dtype = Optional.of(readType(file, where, cursor));
        case "shape" -> shape = Optional.of(readSizes(cursor, "a shape"));
        case "data_offsets" -> offsets = Optional.of(readSizes(cursor, "a pair of offsets"));
        case String other ->
            throw cursor.error(
                "a tensor has a field that the format does not know", Printable.quote(other));
      }
    }
    if (dtype.isEmpty() || shape.isEmpty() || offsets.isEmpty() || offsets.get().length != 2) {
      throw new FormatException(
          file,
          where,
          "the description of a tensor is incomplete",
          "dtype, shape and two data_offsets are needed",
          DAMAGED);
    }
    Entry entry = new Entry(name, dtype.get(), shape.get(), offsets.get()[0], offsets.get()[1]);
    checkSize(file, where, entry);
    return entry;
  }

  private static DType readType(Path file, String where, JsonCursor cursor) {
    cursor.expect(JsonToken.VALUE_STRING, "a text, the dtype,");
    String name = cursor.text();
    return DType.named(name)
        .orElseThrow(() ->
            new FormatException(
                file,
                where,
                "the type " + Printable.quote(name) + " is not supported",
                "supported are " + Arrays.toString(DType.values()),
                "convert the tensor to one of these and save it again"));
  }

  private static long[] readSizes(JsonCursor cursor, String what) {
    cursor.expect(JsonToken.START_ARRAY, "a list of integers, " + what + ",");
    List<Long> sizes = new ArrayList<>();
    for (JsonToken t = cursor.next(); t != JsonToken.END_ARRAY; t = cursor.next()) {
      if (t != JsonToken.VALUE_NUMBER_INT) {
        throw cursor.error("an integer was expected in " + what, "found " + cursor.found());
      }
      if (sizes.size() == MAX_RANK) {
        throw cursor.error("too many numbers in " + what, "at most " + MAX_RANK + " are read");
      }
      try {
        long size = Long.parseLong(cursor.number());
        if (size < 0) {
          throw cursor.error("a negative number in " + what, "found " + cursor.found());
        }
        sizes.add(size);
      } catch (NumberFormatException _) {
        throw cursor.error("a number of 2^63 or more in " + what, "found " + cursor.found());
      }
    }
    return sizes.stream().mapToLong(Long::longValue).toArray();
  }

  private static void checkSize(Path file, String where, Entry entry) {
    if (entry.end < entry.begin) {
      throw new FormatException(
          file, where, "a tensor ends before it begins", offsets(entry), DAMAGED);
    }
    String described = entry.dtype + " " + Shapes.text(entry.shape);
    long bytes;
    try {
      bytes = Shapes.bytes(entry.dtype, entry.shape);
    } catch (ArithmeticException _) {
      throw new FormatException(
          file,
          where,
          "the shape of a tensor overflows",
          described + " has 2^63 bytes or more",
          DAMAGED);
    }
    if (bytes != entry.end - entry.begin) {
      throw new FormatException(
          file,
          where,
          "the shape of a tensor does not fit its bytes",
          described
              + " takes "
              + bytes
              + " bytes, "
              + offsets(entry)
              + " has "
              + (entry.end - entry.begin),
          DAMAGED);
    }
  }

  private static void checkCover(Path file, List<Entry> entries, long dataBytes) {
    long covered = 0;
    for (Entry entry : entries) {
      if (entry.begin != covered) {
        throw new FormatException(
            file,
            "header, tensor " + Printable.quote(entry.name),
            entry.begin > covered
                ? "there is a hole before a tensor"
                : "a tensor overlaps the one before it",
            offsets(entry) + ", and the data before it ends at " + covered,
            DAMAGED);
      }
      covered = entry.end;
    }
    if (covered > dataBytes) {
      throw new FormatException(
          file,
          "",
          "the file is cut off",
          "its tensors need " + covered + " bytes of data, and it has " + dataBytes,
          "download it again, or free disk space and save it again");
    }
    if (covered < dataBytes) {
      throw new FormatException(
          file,
          "byte " + covered + " of the data",
          "there are bytes after the last tensor",
          "its tensors have " + covered + " bytes of data, and the file has " + dataBytes,
          DAMAGED);
    }
  }

  private static String offsets(Entry entry) {
    return "data_offsets [" + entry.begin + ", " + entry.end + "]";
  }

  private static FormatException notSafetensors(Path file, byte[] start, String why) {
    if (start.length == 0) {
      return new FormatException(file, "", "the file is empty", "", "download or save it again");
    }
    if (start[0] == '{') {
      return new FormatException(
          file,
          "",
          "this is no safetensors file",
          "it is a JSON text",
          "if it is the index of a model in several files, name it " + Checkpoint.INDEX);
    }
    return Foreign.of(start)
        .map(kind ->
            new FormatException(
                file, "", "this is no safetensors file", "it is " + kind.what(), kind.fix()))
        .orElseGet(
            () -> new FormatException(file, "", "this is no safetensors file", why, DAMAGED));
  }
}
