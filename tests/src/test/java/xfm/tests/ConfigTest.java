package xfm.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import xfm.compiler.diag.Renderer;
import xfm.compiler.diag.XfmException;
import xfm.compiler.program.Model;
import xfm.compiler.program.Program;
import xfm.runtime.io.Json;
import xfm.runtime.io.JsonValue;

/** What changes the mathematics in a published config.json is computed, or refused by its name. */
final class ConfigTest {
  @TempDir private Path folder;

  /** The golden folder's config.json with one member added, or another value of it. */
  private Path with(String golden, String key, String value) throws IOException {
    Path from = Checkout.GPT2.resolveSibling(golden);
    Map<String, JsonValue> members =
        new LinkedHashMap<>(Json.readObject(from.resolve("config.json")).members());
    members.put(key, Json.parse(from, value));
    Files.writeString(folder.resolve("config.json"), Json.write(new JsonValue.Obj(members)));
    Files.copy(from.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    return folder;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          gpt2       | activation_function         | "relu"
          gpt2       | scale_attn_by_inverse_layer_idx | true
          llama      | hidden_act                  | "gelu"
          llama      | attention_bias              | true
          llama      | rope_scaling                | {"rope_type": "dynamic", "factor": 2.0}
          llama      | rope_scaling                | {"rope_type": "yarn", "factor": 2.0, "beta_fast": 4}
          mistral    | rope_scaling                | {"rope_type": "linear", "factor": 2.0}
          qwen2      | use_sliding_window          | true
          qwen2      | layer_types                 | ["full_attention", "sliding_attention"]
          qwen2      | rope_scaling                | {"rope_type": "yarn", "factor": 2.0, "attention_factor": 3}
          qwen3      | attention_bias              | true
          gemma      | use_bidirectional_attention | true
          gemma      | hidden_activation           | "gelu"
          gemma2     | layer_types                 | ["full_attention", "full_attention", "full_attention", "full_attention"]
          phi        | qk_layernorm                | true
          gpt_neox   | hidden_act                  | "relu"
          opt        | do_layer_norm_before        | false
          opt        | word_embed_proj_dim         | 24
          bloom      | apply_residual_connection_post_layernorm | true
          bert       | position_embedding_type     | "relative_key"
          bert       | is_decoder                  | true
          roberta    | hidden_act                  | "relu"
          distilbert | activation                  | "relu"
          t5         | feed_forward_proj           | "gated-silu"
          t5         | is_gated_act                | true
          bart       | activation_function         | "tanh"
          bart       | normalize_before            | true
          """)
  void whatIsNotComputedIsRefusedByName(String golden, String key, String value)
      throws IOException {
    Path odd = with(golden, key, value);
    String error =
        Renderer.plain(
            assertThrows(XfmException.class, () -> Program.find(odd, Optional.empty()).close())
                .diagnostics());
    assertTrue(error.contains(key), error);
  }

  static List<Golden> goldens() {
    return Golden.all();
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void whatNobodyKnowsIsRefused(Golden golden) throws IOException {
    Path odd = with(golden.name(), "logit_scale", "0.5");
    String error =
        Renderer.plain(
            assertThrows(XfmException.class, () -> Program.find(odd, Optional.empty()).close())
                .diagnostics());
    assertTrue(error.contains("`logit_scale` is 0.5"), error);
  }

  @Test
  void aFileOfOnesOwnReadsATypeOfOnesOwn() throws IOException {
    Path mine = with("gpt2", "model_type", "\"homespun\"");
    String text =
        Checkout.text(Checkout.STDLIB.resolve("models/gpt2.xfm")).replace("gpt2", "homespun");
    Path file = Files.writeString(folder.resolve("homespun.xfm"), text);
    try (Model model = Program.find(mine, Optional.of(file))) {
      assertEquals("homespun", model.name());
      assertEquals(92_592, model.account().parameters());
    }
  }
}
