package xfm.runtime.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CharTokenizerTest {
  private final Tokenizer tokenizer =
      new CharTokenizer(
          List.of("<pad>", "</s>", "a", "é", "\n", "😀", "<", "/", "s", ">", "i", "I"));

  @Test
  void oneCharacterIsOneToken() {
    assertArrayEquals(new int[] {2, 3, 5, 4}, tokenizer.encode("aé😀\n"));
    assertEquals("aé😀\n", tokenizer.decode(new int[] {2, 3, 5, 4}));
    assertArrayEquals(new int[0], tokenizer.encode(""));
    assertEquals("", tokenizer.decode(new int[0]));
  }

  @Test
  void textNeverBecomesASpecialToken() {
    assertArrayEquals(new int[] {6, 7, 8, 9}, tokenizer.encode("</s>"));
  }

  @Test
  void specialTokensAreNoText() {
    assertEquals("a", tokenizer.decode(new int[] {0, 2, 1}));
    assertEquals("</s>", tokenizer.piece(1));
    assertEquals(12, tokenizer.size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "aé😀b      | \"b\" (U+0062, character 4 of the text)",
        "aaİ        | \"İ\" (U+0130, character 3 of the text)",
        "\uD83D\uDE01 | (U+1F601, character 1 of the text)",
        "a\u001ba   | \"\\u001b\" (U+001B, character 2 of the text)",
        "e\u0301    | \"e\" (U+0065, character 1 of the text)",
      })
  void namesACharacterThatItLacks(String text, String part) {
    TextException failure = assertThrows(TextException.class, () -> tokenizer.encode(text.strip()));
    assertTrue(failure.getMessage().contains(part), failure.getMessage());
  }

  @Test
  void refusesLoneSurrogates() {
    for (String text : List.of("a\uD83D", "a\uDE00", "a\uDE00\uD83D")) {
      TextException failure = assertThrows(TextException.class, () -> tokenizer.encode(text));
      assertTrue(failure.getMessage().contains("surrogate"), failure.getMessage());
      assertTrue(failure.getMessage().contains("character 2"), failure.getMessage());
    }
  }

  @Test
  void refusesTokensOutsideTheVocabulary() {
    for (int token : new int[] {-1, 12, Integer.MIN_VALUE}) {
      TextException failure =
          assertThrows(TextException.class, () -> tokenizer.decode(new int[] {2, token}));
      assertTrue(failure.getMessage().contains("from 0 to 11"), failure.getMessage());
    }
  }

  @Test
  void readsALongText() {
    String text = "aé😀\n".repeat(250_000);
    assertEquals(text, tokenizer.decode(tokenizer.encode(text)));
  }

  @Test
  void refusesRepeatedPieces() {
    assertThrows(IllegalArgumentException.class, () -> new CharTokenizer(List.of("a", "a")));
    assertThrows(IllegalArgumentException.class, () -> new CharTokenizer(List.of("")));
  }
}
