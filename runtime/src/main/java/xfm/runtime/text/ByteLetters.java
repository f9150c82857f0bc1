package xfm.runtime.text;

import java.nio.charset.StandardCharsets;

/**
 * GPT-2's letters for bytes: those that print stand for themselves, the others for the letters from
 * U+0100 on, in order.
 */
final class ByteLetters {
  private static final String LETTERS = letters();

  private ByteLetters() {}

  private static String letters() {
    StringBuilder letters = new StringBuilder();
    int next = 0x100;
    for (int b = 0; b < 256; b++) {
      boolean prints = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
      letters.append((char) (prints ? b : next++));
    }
    return letters.toString();
  }

  static String of(String text) {
    StringBuilder letters = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      letters.append(LETTERS.charAt(b & 0xFF));
    }
    return letters.toString();
  }

  /** The byte of a letter, or −1. */
  static int value(char letter) {
    return LETTERS.indexOf(letter);
  }
}
