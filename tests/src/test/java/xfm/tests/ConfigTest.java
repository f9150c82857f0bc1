package xfm.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import xfm.compiler.diag.Renderer;
import xfm.compiler.diag.XfmException;
import xfm.compiler.program.Model;
import xfm.compiler.program.Program;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.io.Json;
import xfm.runtime.io.JsonValue;
import xfm.runtime.tensor.Tensor;

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
          llama      | rope_scaling                | {"rope_type": "llama3", "factor": 2.0, "attention_factor": 3}
          mistral    | rope_scaling                | {"rope_type": "longrope", "factor": 2.0}
          mixtral    | rope_scaling                | {"type": "dynamic", "factor": 2.0}
          qwen2      | use_sliding_window          | true
          qwen2      | layer_types                 | ["full_attention", "sliding_attention"]
          qwen2      | rope_scaling                | {"rope_type": "yarn", "factor": 2.0, "mscale": 3}
          qwen3      | rope_scaling                | {"rope_type": "yarn", "factor": 2.0, "truncate": false}
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

  /**
   * Angles as `transformers` computes them (modeling_rope_utils.py), from what stands in
   * config.json alone; a model of 48 dimensions has heads of 12 or 24, and a context of 64.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          llama   | {"type": "linear", "factor": 2.5}
          llama   | {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 16}
          mistral | {"rope_type": "linear", "factor": 3}
          mistral | {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 32}
          mistral | {"rope_type": "yarn", "factor": 0.5, "beta_fast": 16, "beta_slow": 2}
          mixtral | {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32}
          qwen2   | {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 40}
          qwen2   | {"rope_type": "llama3", "factor": 4.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 40}
          """)
  void scaledPositionsAreComputed(String golden, String scaling) throws IOException {
    turnsAsSaid(with(golden, "rope_scaling", scaling), scaling);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"rope_type": "linear", "factor": 2.0, "rope_theta": 5000.0}
          {"rope_type": "yarn", "factor": 4.0, "rope_theta": 1000000, "attention_factor": 1.25}
          {"rope_type": "yarn", "factor": 8.0, "rope_theta": 10000.0, "beta_fast": 8, "beta_slow": 2}
          {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 2, "high_freq_factor": 3, "original_max_position_embeddings": 50, "rope_theta": 100.0}
          """)
  void scaledPositionsOfTheNewerRecord(String parameters) throws IOException {
    turnsAsSaid(with("qwen3", "rope_parameters", parameters), parameters);
  }

  private static void turnsAsSaid(Path model, String scaling) throws IOException {
    String plain = "layer[0].attention.q_normed";
    String turned = "layer[0].attention.q_placed";
    int n = 23;
    int[] tokens = new int[n];
    Arrays.setAll(tokens, i -> i * i % 50);
    try (Model open = Program.find(model, Optional.empty())) {
      Map<String, Tensor> seen =
          open.run(
              Map.of("tokens", Tensor.ofInts(tokens, n)),
              Set.of(plain, turned),
              new Cancellation());
      int heads = (int) seen.get(plain).shape()[0];
      int k = (int) seen.get(plain).shape()[2];
      float[] before = seen.get(plain).toFloats();
      float[] after = seen.get(turned).toFloats();
      JsonValue.Obj config = Json.readObject(model.resolve("config.json"));
      ScaledAngles angles = ScaledAngles.of(config, (JsonValue.Obj) Json.parse(model, scaling), k);
      for (int h = 0; h < heads; h++) {
        for (int i = 0; i < n; i++) {
          for (int f = 0; f < k / 2; f++) {
            int a = (h * n + i) * k + f;
            int b = a + k / 2;
            double cos = Math.cos(i * angles.frequency()[f]) * angles.amplitude();
            double sin = Math.sin(i * angles.frequency()[f]) * angles.amplitude();
            assertEquals(before[a] * cos - before[b] * sin, after[a], 2e-5);
            assertEquals(before[b] * cos + before[a] * sin, after[b], 2e-5);
          }
        }
      }
    }
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
