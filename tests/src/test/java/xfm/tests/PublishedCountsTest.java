package xfm.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import xfm.compiler.account.Account;
import xfm.compiler.account.Cache;
import xfm.compiler.ast.Item;
import xfm.compiler.program.Program;

/** Parameters of published models, as their publishers count them; nothing is allocated. */
final class PublishedCountsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          gpt2       |                                                     | 124439808
          gpt2       | layers=24 d=1024 heads=16                           | 354823168
          gpt2       | layers=36 d=1280 heads=20                           | 774030080
          gpt2       | layers=48 d=1600 heads=25                           | 1557611200
          gpt2       | layers=6                                            | 81912576
          gpt2       | layers=96 d=12288 heads=96 context=2048             | 174604259328
          gpt2       | context=2048                                        | 125226240
          bert       |                                                     | 109482240
          bert       | layers=24 d=1024 heads=16                           | 335141888
          bert       | layers=6 d=384                                      | 22713216
          bert       | layers=12 d=384                                     | 33360000
          t5         |                                                     | 60506624
          t5         | d=768 encoder_layers=12 decoder_layers=12 heads=12 hidden=3072   | 222903552
          t5         | d=1024 encoder_layers=24 decoder_layers=24 heads=16 hidden=4096  | 737668096
          t5         | d=1024 encoder_layers=24 decoder_layers=24 heads=32 d_k=128 hidden=16384  | 2851598336
          t5         | d=1024 encoder_layers=24 decoder_layers=24 heads=128 d_k=128 hidden=65536 | 11307321344
          llama      |                                                     | 8030261248
          llama      | layers=80 d=8192 heads=64 hidden=28672              | 70553706496
          llama      | layers=126 d=16384 heads=128 hidden=53248           | 405853388800
          llama      | layers=5 d=64 heads=8 kv_heads=4 hidden=172 vocab=512 tied=true         | 260032
          llama      | layers=6 d=288 heads=6 kv_heads=6 hidden=768 vocab=32000 tied=true      | 15191712
          llama      | layers=8 d=512 heads=8 kv_heads=8 hidden=1376 vocab=32000 tied=true     | 41689600
          llama      | layers=12 d=768 heads=12 kv_heads=12 hidden=2048 vocab=32000 tied=true  | 109529856
          mistral    |                                                     | 7241732096
          mistral    | vocab=32768                                         | 7248023552
          mistral    | layers=40 d=5120 d_k=128 vocab=131072               | 12247782400
          mixtral    |                                                     | 46702792704
          mixtral    | layers=56 d=6144 heads=48 hidden=16384 vocab=32768  | 140630071296
          mixtral    | layers=56 d=6144 heads=48 hidden=16384              | 140620634112
          qwen2      |                                                     | 494032768
          qwen2      | layers=28 d=1536 heads=12 hidden=8960               | 1543714304
          qwen2      | layers=36 d=2048 heads=16 hidden=11008              | 3085938688
          qwen3      |                                                     | 596049920
          gemma2     |                                                     | 2614341888
          gemma2     | layers=42 d=3584 heads=16 kv_heads=8 hidden=14336   | 9241705984
          gemma2     | layers=46 d=4608 heads=32 kv_heads=16 d_k=128 hidden=36864 | 27227128320
          gpt_neox   | layers=6 d=512 heads=8 vocab=50304                  | 70426624
          gpt_neox   | layers=12 d=768 heads=12 vocab=50304                | 162322944
          gpt_neox   | layers=24 d=1024 heads=16 vocab=50304               | 405334016
          gpt_neox   | layers=16 d=2048 heads=8 vocab=50304                | 1011781632
          gpt_neox   | layers=24 d=2048 heads=16 vocab=50304               | 1414647808
          gpt_neox   | layers=32 d=2560 heads=32 vocab=50304               | 2775208960
          gpt_neox   | layers=32 d=4096 heads=32 vocab=50432               | 6857302016
          gpt_neox   | layers=36 d=5120 heads=40 vocab=50688               | 11846072320
          """)
  void parametersAreAsManyAsPublished(String name, String settings, long parameters) {
    assertEquals(parameters, account(name, settings).parameters());
  }

  /** What is counted of one layer: 12 d² + 13 d in GPT-2 and BERT, and Llama's. */
  @Test
  void aLayerIsAsTheFormulaSays() {
    assertEquals(12 * 768 * 768 + 13 * 768, layer("gpt2", ""));
    assertEquals(12 * 1600 * 1600 + 13 * 1600, layer("gpt2", "layers=48 d=1600 heads=25"));
    assertEquals(1_812_099_072L, layer("gpt2", "layers=96 d=12288 heads=96"));
    assertEquals(12 * 1024 * 1024 + 13 * 1024, layer("bert", "layers=24 d=1024 heads=16"));
    int d = 4096;
    assertEquals(2 * d * d + 2 * d * 1024 + 3 * d * 14336 + 2 * d, layer("llama", ""));
    assertEquals(2 * d * d + 2 * d * 1024 + 3 * d * 14336 + 2 * d, layer("mistral", ""));
  }

  private static long layer(String name, String settings) {
    return account(name, settings).blocks().stream()
        .filter(block -> block.path().matches("layer\\[0\\.\\.\\d+]"))
        .findFirst()
        .orElseThrow()
        .each();
  }

  /** Of a mixture's experts, those that one token hears; tables and heads whole. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mixtral | | 12879925248
          mixtral | layers=56 d=6144 heads=48 hidden=16384 vocab=32768 | 39161468928
          llama   | | 8030261248
          """)
  void activeParametersAreAsManyAsPublished(String name, String settings, long active) {
    assertEquals(active, account(name, settings).active());
  }

  /** How many values each token adds to the cache, keys and values of all layers together. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          gpt2    |                                                 | 18432
          gpt2    | layers=48 d=1600 heads=25                       | 153600
          gpt2    | layers=96 d=12288 heads=96 context=2048         | 2359296
          llama   | kv_heads=32 hidden=11008 vocab=32000            | 262144
          llama   | layers=80 d=8192 heads=64 hidden=28672 vocab=32000 | 163840
          llama   |                                                 | 65536
          llama   | layers=16 d=2048 hidden=8192 tied=true          | 16384
          llama   | layers=22 d=2048 kv_heads=4 hidden=5632         | 11264
          mistral |                                                 | 65536
          mixtral |                                                 | 65536
          qwen2   |                                                 | 6144
          qwen3   |                                                 | 57344
          gemma   |                                                 | 9216
          """)
  void cachesGrowAsPublished(String name, String settings, long values) {
    Cache cache = account(name, settings).cache();
    assertEquals(Optional.empty(), cache.notCausal());
    assertEquals(values * Float.BYTES, cache.bytesPerToken());
    assertEquals(0, cache.bytesOfWindows());
  }

  /** Mistral's window; Gemma 2's in every other layer; encoders once, and what has none. */
  @Test
  void whatDoesNotGrowWithTheText() {
    Cache window = account("mistral", "near=4096").cache();
    assertEquals(0, window.bytesPerToken());
    assertEquals(65536L * Float.BYTES * 4095, window.bytesOfWindows());
    Cache gemma = account("gemma2", "").cache();
    assertEquals(2 * 13 * 4 * 256 * Float.BYTES, gemma.bytesPerToken());
    assertEquals(2L * 13 * 4 * 256 * Float.BYTES * 4095, gemma.bytesOfWindows());
    assertEquals(2 * 6 * 512 * Float.BYTES, account("t5", "").cache().bytesPerToken());
    assertEquals(2 * 6 * 768 * Float.BYTES, account("bart", "").cache().bytesPerToken());
    assertTrue(account("bert", "").cache().notCausal().isPresent());
  }

  private static Account account(String name, String settings) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (String each :
        settings == null || settings.isEmpty() ? new String[0] : settings.split(" ")) {
      String value = each.substring(each.indexOf('=') + 1);
      values.put(
          each.substring(0, each.indexOf('=')),
          value.equals("true") ? (Object) true : Long.valueOf(value));
    }
    Program program = Program.open(Checkout.STDLIB.resolve("models/" + name + ".xfm"));
    Item.Declaration model = program.declaration(name).orElseThrow();
    return Account.of(program.graph(model, values, model.name().span()));
  }
}
