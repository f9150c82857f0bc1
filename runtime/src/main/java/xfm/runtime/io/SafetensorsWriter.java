package xfm.runtime.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import xfm.runtime.tensor.DType;
import xfm.runtime.tensor.Tensor;

/** Writes safetensors files. Equal contents give equal bytes, whatever the order of the maps. */
public final class SafetensorsWriter {
  /**
   * The order of the reference writer: wide types first, so that every tensor is aligned to its
   * type when the data is, then by name.
   */
  private static final Comparator<Map.Entry<String, Tensor>> ORDER =
      Comparator.<Map.Entry<String, Tensor>, DType>comparing(e -> e.getValue().dtype())
          .reversed()
          .thenComparing(Map.Entry.comparingByKey());

  private static final int ALIGNMENT = 8;

  private SafetensorsWriter() {}

  /**
   * Replaces or makes {@code file}, completely or not at all.
   *
   * @param metadata texts for people and programs; xfm itself gives them no meaning
   * @throws FormatException if the file cannot be written
   * @throws IllegalArgumentException if a tensor has the reserved name {@code __metadata__}, a name
   *     is not valid Unicode, or the header would be longer than 100 MB
   */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
    List<Map.Entry<String, Tensor>> entries = tensors.entrySet().stream().sorted(ORDER).toList();
    ByteBuffer header = header(entries, metadata);
    AtomicFile.write(
        file,
        channel -> {
          AtomicFile.writeFully(channel, header);
          for (Map.Entry<String, Tensor> entry : entries) {
            AtomicFile.writeFully(channel, entry.getValue().data());
          }
        });
  }

  private static ByteBuffer header(
      List<Map.Entry<String, Tensor>> entries, Map<String, String> metadata) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    if (!metadata.isEmpty()) {
      Map<String, JsonValue> texts = new LinkedHashMap<>();
      new TreeMap<>(metadata).forEach((name, text) -> texts.put(name, new JsonValue.Text(text)));
      members.put(SafetensorsHeader.METADATA, new JsonValue.Obj(texts));
    }
    long begin = 0;
    for (Map.Entry<String, Tensor> entry : entries) {
      if (entry.getKey().equals(SafetensorsHeader.METADATA)) {
        throw new IllegalArgumentException("no tensor can have the name " + entry.getKey());
      }
      long end = begin + entry.getValue().data().byteSize();
      members.put(entry.getKey(), describe(entry.getValue(), begin, end));
      begin = end;
    }
    byte[] json;
    try {
      json = Utf8.encode(Json.write(new JsonValue.Obj(members)));
    } catch (CharacterCodingException failure) {
      throw new IllegalArgumentException("a name is not valid Unicode", failure);
    }
    int padded = Math.ceilDiv(json.length, ALIGNMENT) * ALIGNMENT;
    if (padded > SafetensorsHeader.MAX_HEADER) {
      throw new IllegalArgumentException(
          "the header would have " + padded + " bytes, more than the format allows");
    }
    byte[] spaced = Arrays.copyOf(json, padded);
    Arrays.fill(spaced, json.length, padded, (byte) ' ');
    return ByteBuffer.allocate(8 + padded)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(padded)
        .put(spaced)
        .flip();
  }

  private static JsonValue describe(Tensor tensor, long begin, long end) {
    Map<String, JsonValue> fields = new LinkedHashMap<>();
    fields.put("dtype", new JsonValue.Text(tensor.dtype().name()));
    fields.put("shape", integers(tensor.shape()));
    fields.put("data_offsets", integers(begin, end));
    return new JsonValue.Obj(fields);
  }

  private static JsonValue integers(long... numbers) {
    return new JsonValue.Arr(
        Arrays.stream(numbers).<JsonValue>mapToObj(JsonValue.Int::new).toList());
  }
}
