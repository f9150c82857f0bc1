package xfm.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import xfm.compiler.account.Account;
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
          llama      | layers=12 d=768 heads=12 kv_heads=12 hidden=2048 vocab=32000 tied=true  | 109529856
          mistral    |                                                     | 7241732096
          mistral    | vocab=32768                                         | 7248023552
          mistral    | layers=40 d=5120 d_k=128 vocab=131072               | 12247782400
          mixtral    |                                                     | 46702792704
          mixtral    | layers=56 d=6144 heads=48 hidden=16384 vocab=32768  | 140630071296
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
          gpt_neox   | layers=36 d=5120 heads=40 vocab=50688               | 11846072320
          """)
  void parametersAreAsManyAsPublished(String name, String settings, long parameters) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (String each : settings == null ? new String[0] : settings.split(" ")) {
      String value = each.substring(each.indexOf('=') + 1);
      values.put(
          each.substring(0, each.indexOf('=')),
          value.equals("true") ? (Object) true : Long.valueOf(value));
    }
    Program program = Program.open(Checkout.STDLIB.resolve("models/" + name + ".xfm"));
    Item.Declaration model = program.declaration(name).orElseThrow();
    assertEquals(
        parameters, Account.of(program.graph(model, values, model.name().span())).parameters());
  }
}
