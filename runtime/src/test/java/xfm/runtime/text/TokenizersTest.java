package xfm.runtime.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import xfm.runtime.io.FormatException;

class TokenizersTest {
  @TempDir Path folder;

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private void refused(String... parts) {
    FormatException failure = assertThrows(FormatException.class, () -> Tokenizers.open(folder));
    for (String part : parts) {
      assertTrue(failure.getMessage().contains(part), failure.getMessage());
    }
  }

  @Test
  void readsAVocabularyOfCharacters() throws IOException {
    write("vocab.json", "{\"b\": 1, \"<pad>\": 0, \"\\u00e9\": 2, \"[UNK]\": 3}");
    write("config.json", "{\"vocab_size\": 4}");
    Tokenizer tokenizer = Tokenizers.open(folder);
    assertArrayEquals(new int[] {1, 2}, tokenizer.encode("bé"));
    assertEquals("<pad>", tokenizer.piece(0));
    assertEquals(4, tokenizer.size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\0',
      value = {
        "{\"a\": 0, \"b\": 0}; \"a\" and \"b\" have 0",
        "{\"a\": 0, \"b\": 2}; has 2",
        "{\"a\": 0, \"b\": -1}; has -1",
        "{\"a\": 0, \"b\": 99999999999999999999}; has 99999999999999999999",
        "{\"a\": 0, \"b\": 4294967297}; has 4294967297",
        "{\"a\": 0, \"b\": 1.0}; whole number",
        "{\"a\": 0, \"b\": \"1\"}; whole number",
        "{\"a\": 0, \"ing\": 1}; pieces of several characters",
        "{\"a\": 0, \"\": 1}; pieces of several characters",
        "{\"a\": 0, \"a\": 1}; Duplicate",
        "{}; the vocabulary is empty",
        "[\"a\"]; object was expected",
        "{\"a\": 0; not valid JSON",
      })
  void refusesABrokenVocabulary(String vocabulary, String what) throws IOException {
    write("vocab.json", vocabulary);
    refused("vocab.json", what);
  }

  @Test
  void theVocabularyFitsTheModel() throws IOException {
    write("vocab.json", "{\"a\": 0, \"b\": 1}");
    write("config.json", "{\"vocab_size\": 1}");
    refused("larger than the model's", "2 pieces", "vocab_size 1");
    write("config.json", "{\"vocab_size\": \"2\"}");
    refused("config.json", "whole number");
    write("config.json", "{\"vocab_size\": 64}");
    assertEquals(2, Tokenizers.open(folder).size());
    write("config.json", "{}");
    assertEquals(2, Tokenizers.open(folder).size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"tokenizer.json", "merges.txt", "tokenizer.model", "vocab.txt", "tekken.json"})
  void saysWhichTokenizersAreNotReadYet(String name) throws IOException {
    write("vocab.json", "{\"a\": 0}");
    write(name, "");
    refused(name, "not supported yet", "--tokens");
  }

  @Test
  void saysWhatWasLookedForAndWhatIsThere() throws IOException {
    refused("no tokenizer", "looked for vocab.json, tokenizer.json", "is empty", "--tokens");
    write("model.safetensors", "");
    refused("the folder holds model.safetensors");
  }

  /** Turkish has another upper case of i, Egypt's Arabic other digits. */
  @ParameterizedTest
  @ValueSource(strings = {"tr-TR", "ar-EG-u-nu-arab"})
  void theLanguageOfTheUserChangesNothing(String language) throws IOException {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag(language));
      write("vocab.json", "{\"i\": 0, \"I\": 1, \"ı\": 2}");
      Tokenizer tokenizer = Tokenizers.open(folder);
      assertArrayEquals(new int[] {0, 1, 2}, tokenizer.encode("iIı"));
      String message =
          assertThrows(TextException.class, () -> tokenizer.encode("i1\u0007")).getMessage();
      assertTrue(message.contains("\"1\" (U+0031, character 2 of the text)"), message);
      write("vocab.json", "{\n\u0007}");
      refused("line 2, column");
    } finally {
      Locale.setDefault(before);
    }
  }
}
