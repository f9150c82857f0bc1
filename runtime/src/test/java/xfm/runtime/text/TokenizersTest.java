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
  @ValueSource(strings = {"merges.txt", "tokenizer.model", "vocab.txt", "tekken.json"})
  void saysWhichTokenizersAreNotReadYet(String name) throws IOException {
    write("vocab.json", "{\"a\": 0}");
    write(name, "");
    refused(name, "not supported yet", "--tokens");
  }

  /** Each in place of what makes this file a right one. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\0',
      value = {
        "\"WordPiece\"; \"Strange\"; this model is not supported: \"Strange\"",
        "\"Lowercase\"; \"Upper\"; this normalizer is not supported: \"Upper\"",
        "\"BertPreTokenizer\"; \"Cut\"; this pre-tokenizer is not supported",
        "\"WordPiece\"}; \"Glue\"}; this decoder is not supported",
        "\"BertProcessing\"; \"Wrap\"; this post-processor is not supported",
        "[\"[S]\", 0]; [0]; a piece and its number were expected here",
        "\"a\": 1; \"a\": -1; a whole number of 0 or more was expected here",
        "\"a\": 1; \"a\": 2000000000; large gaps",
        "\"[S]\": 0; \"[T]\": 0; the vocabulary lacks it",
        "{\"id\": 3,; {; is missing",
        "\"content\": \"b\"; \"content\": 3; a text was expected here",
        "\"lstrip\": true; \"lstrip\": 1; true or false was expected here",
        "{\"type\": \"Lowercase\"}; 7; an object was expected here",
      })
  void refusesWhatATokenizerDoesNotMean(String right, String wrong, String what)
      throws IOException {
    String file =
        """
        {"added_tokens": [{"id": 3, "content": "b", "lstrip": true}],
         "normalizer": {"type": "Lowercase"},
         "pre_tokenizer": {"type": "BertPreTokenizer"},
         "post_processor": {"type": "BertProcessing", "cls": ["[S]", 0], "sep": ["[S]", 0]},
         "decoder": {"type": "WordPiece"},
         "model": {"type": "WordPiece", "unk_token": "[S]", "vocab": {"[S]": 0, "a": 1, "##a": 2}}}
        """;
    write("tokenizer.json", file);
    Tokenizer tokenizer = Tokenizers.open(folder);
    assertArrayEquals(new int[] {1, 2, 3, 1}, tokenizer.encode("AA B a"));
    assertArrayEquals(new int[] {0, 1, 0}, tokenizer.prompt("a"));
    assertTrue(file.contains(right), right);
    write("tokenizer.json", file.replace(right, wrong));
    refused("tokenizer.json", what);
  }

  /** U+107A2 is of Unicode 14, and U+FF21 is a wide A. */
  @Test
  void formsOfCharactersAreThoseThatTheLibraryKnows() throws IOException {
    write(
        "tokenizer.json",
        """
        {"normalizer": {"type": "NFKC"},
         "model": {"type": "WordLevel", "unk_token": "?", "vocab": {"?": 0, "\\ud801\\udfa2": 1, "A\\ud801\\udfa2A": 2}}}
        """);
    Tokenizer tokenizer = Tokenizers.open(folder);
    assertArrayEquals(new int[] {1}, tokenizer.encode("\ud801\udfa2"));
    assertArrayEquals(new int[] {2}, tokenizer.encode("\uff21\ud801\udfa2\uff21"));
  }

  @Test
  void anExpressionThatTakesForeverIsStopped() throws IOException {
    write(
        "tokenizer.json",
        """
        {"normalizer": {"type": "Replace", "pattern": {"Regex": "(.*)(.*)(.*)(.*)(.*)b"}, "content": ""},
         "model": {"type": "WordLevel", "unk_token": "a", "vocab": {"a": 0}}}
        """);
    Tokenizer tokenizer = Tokenizers.open(folder);
    assertArrayEquals(new int[0], tokenizer.encode("aab"));
    String text = "a".repeat(200);
    assertTrue(
        assertThrows(TextException.class, () -> tokenizer.encode(text))
            .getMessage()
            .contains("takes too long"));
  }

  @Test
  void saysWhatWasLookedForAndWhatIsThere() throws IOException {
    refused("no tokenizer", "looked for tokenizer.json, vocab.json", "is empty", "--tokens");
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
