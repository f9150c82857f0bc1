package xfm.runtime.io;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** UTF-8 without replacement characters: bytes that are not text are an error. */
final class Utf8 {
  private Utf8() {}

  /**
   * The text of the bytes.
   *
   * @param origin where in the file the bytes begin
   */
  static String decode(Path file, byte[] bytes, long origin) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer source = ByteBuffer.wrap(bytes);
    CharBuffer scratch = CharBuffer.allocate(8192);
    CoderResult result = CoderResult.OVERFLOW;
    while (result.isOverflow()) {
      result = decoder.decode(source, scratch.clear(), true);
    }
    if (result.isError()) {
      throw new FormatException(
          file,
          "byte " + (origin + source.position()),
          "the text is not valid UTF-8",
          "byte 0x%02x cannot stand there".formatted(bytes[source.position()]),
          "save it as UTF-8");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The UTF-8 bytes of a text without lone surrogates. */
  static byte[] encode(String text) throws CharacterCodingException {
    ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    return bytes;
  }
}
