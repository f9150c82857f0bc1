package xfm.compiler.diag;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
  private static final List<String> KNOWN =
      List.of("softmax", "layer_norm", "rms_norm", "heads", "head", "i", "j", "kv_heads");

  @ParameterizedTest
  @CsvSource({
    "sotfmax, softmax", // neighbours swapped
    "softmx, softmax", // one left out
    "softmaxx, softmax", // one added
    "layernorm, layer_norm",
    "rmsnorm, rms_norm",
    "haeds, heads",
    "headz, heads",
    "HEADS, ''", // every letter is another
    "k, ''", // a word of one letter is near to none
    "transformer, ''",
    "heads, head", // the name itself is never suggested
    "'', ''"
  })
  void suggestsOnlyWhatIsNear(String wrong, String near) {
    assertEquals(near, Nearest.suggest(wrong, KNOWN).orElse(""));
  }

  @ParameterizedTest
  @CsvSource({"100000", "65"})
  void doesNotCompareEndlessWords(int length) {
    assertEquals(
        "", Nearest.suggest("a".repeat(length), List.of("a".repeat(length - 1))).orElse(""));
  }
}
