package xfm.runtime.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SentencePiece's table of what characters become, as its files hold it: the length of a trie in
 * bytes, the trie as a double array of 32-bit units, then the texts that its values point to, each
 * up to a zero byte.
 */
final class CharacterMap implements UnaryOperator<String> {
  private static final Pattern GRAPHEME = Pattern.compile("\\X");

  /** Longer clusters are looked up character by character. */
  private static final int LONGEST = 6;

  private final int[] units;
  private final byte[] texts;

  private CharacterMap(int[] units, byte[] texts) {
    this.units = units;
    this.texts = texts;
  }

  static CharacterMap of(Fields fields) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(fields.needText("precompiled_charsmap"));
    } catch (IllegalArgumentException e) {
      throw fields.odd("precompiled_charsmap", "this is no base64");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int length = bytes.length < Integer.BYTES ? -1 : buffer.getInt();
    if (length < Integer.BYTES || length % Integer.BYTES != 0 || length > buffer.remaining()) {
      throw fields.odd("precompiled_charsmap", "the trie is longer than the table, or cut off");
    }
    int[] units = new int[length / Integer.BYTES];
    buffer.asIntBuffer().get(units);
    byte[] texts = new byte[buffer.remaining() - length];
    buffer.get(Integer.BYTES + length, texts);
    return new CharacterMap(units, texts);
  }

  @Override
  public String apply(String text) {
    StringBuilder mapped = new StringBuilder();
    Matcher clusters = GRAPHEME.matcher(text);
    while (clusters.find()) {
      String cluster = clusters.group();
      byte[] bytes = cluster.getBytes(StandardCharsets.UTF_8);
      int whole = bytes.length < LONGEST ? find(bytes) : -1;
      if (whole >= 0) {
        mapped.append(at(whole));
      } else {
        cluster
            .codePoints()
            .mapToObj(Character::toString)
            .forEach(character -> {
              int found = find(character.getBytes(StandardCharsets.UTF_8));
              mapped.append(found < 0 ? character : at(found));
            });
      }
    }
    return mapped.toString();
  }

  private String at(int start) {
    int end = start;
    while (end < texts.length && texts[end] != 0) {
      end++;
    }
    return new String(texts, start, end - start, StandardCharsets.UTF_8);
  }

  /** The value of the shortest key that the bytes begin with, or −1. */
  private int find(byte[] key) {
    int node = offset(units[0]);
    for (byte b : key) {
      int label = b & 0xFF;
      node ^= label;
      if (label == 0 || node < 0 || node >= units.length || (units[node] & 0x800000FF) != label) {
        return -1;
      }
      int unit = units[node];
      node ^= offset(unit);
      if ((unit >>> 8 & 1) == 1) {
        int value = node >= 0 && node < units.length ? units[node] & Integer.MAX_VALUE : -1;
        return value < texts.length ? value : -1;
      }
    }
    return -1;
  }

  private static int offset(int unit) {
    return unit >>> 10 << ((unit & 1 << 9) >>> 6);
  }
}
