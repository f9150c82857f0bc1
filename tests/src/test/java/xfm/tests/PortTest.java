package xfm.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import xfm.compiler.diag.Renderer;
import xfm.compiler.diag.XfmException;
import xfm.compiler.program.Model;
import xfm.compiler.program.Program;
import xfm.compiler.program.TensorNames;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.io.Checkpoint;
import xfm.runtime.io.Json;
import xfm.runtime.io.JsonValue;
import xfm.runtime.io.SafetensorsWriter;
import xfm.runtime.tensor.Tensor;

/** The chapter "Port a model": from a folder that nothing reads to equal logits. */
final class PortTest {
  @TempDir private Path folder;

  private static Golden golden(String name) {
    return Golden.all().stream().filter(g -> g.name().equals(name)).findFirst().orElseThrow();
  }

  /** The folder of a golden model, as one of a type that nobody knows. */
  private void stranger(Golden golden, UnaryOperator<String> renamed) throws IOException {
    Map<String, JsonValue> config =
        new LinkedHashMap<>(Json.readObject(golden.folder().resolve("config.json")).members());
    config.put("model_type", new JsonValue.Text("stranger"));
    Files.writeString(folder.resolve("config.json"), Json.write(new JsonValue.Obj(config)));
    Checkpoint files = Checkpoint.open(golden.folder());
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    files.names().forEach(name -> tensors.put(renamed.apply(name), files.tensor(name)));
    assertEquals(files.names().size(), tensors.size());
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
  }

  private String proposal(Path program) {
    String text = TensorNames.of(folder, Optional.of(program));
    assertTrue(text.contains("no model reads them yet"), text);
    return text.substring(text.indexOf("\ncheckpoint "));
  }

  private void readsAsPyTorch(Golden golden, Path program, String section) {
    try (Model model = Program.find(folder, Optional.of(program))) {
      for (Golden.Sequence sequence : golden.sequences()) {
        Tensor found =
            model.run(sequence.inputs(model), Set.of(), new Cancellation()).get("logits");
        Near.relative(sequence.expected("logits"), found, 2e-5, section);
      }
    } catch (XfmException e) {
      throw new AssertionError(Renderer.plain(e.diagnostics()) + section, e);
    }
  }

  /** With the equations right, and the names as published: nothing in the proposal is to mend. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpt2", "llama", "mistral", "mixtral", "qwen2", "qwen3", "gemma", "gemma2", "phi", "opt"
      })
  void aProposalReadsTheFolder(String name) throws IOException {
    Golden golden = golden(name);
    stranger(golden, tensor -> tensor);
    String text = Checkout.text(Checkout.STDLIB.resolve("models/" + name + ".xfm"));
    String model = text.substring(0, text.indexOf("\ncheckpoint "));
    Path program = folder.resolve("stranger.xfm");
    Files.writeString(program, model.replace("model " + name + "(", "model stranger("));
    String section = proposal(program);
    Files.writeString(program, Files.readString(program) + section);
    readsAsPyTorch(golden, program, section);
  }

  private static final Map<String, String> OTHERWISE =
      new LinkedHashMap<>(
          Map.of(
              "model.embed_tokens", "tok.table",
              "model.layers", "blk",
              "self_attn.q_proj", "att.wq",
              "self_attn.k_proj", "att.wk",
              "self_attn.v_proj", "att.wv",
              "self_attn.dense", "att.wo",
              "mlp.fc1", "ff.enter",
              "mlp.fc2", "ff.leave",
              "model.final_layernorm", "end",
              "lm_head", "unembed"));

  private static final String STRANGER =
      """
      model stranger(
        tokens: [n <= context] token(vocab), vocab: int, context: int, d: int, layers: int,
        heads: int, hidden: int, turned: int, eps: float, theta: float
      ) -> [n, vocab] {
        weight embed: [vocab, d]
        weight unembed: [d, vocab]
        weight unembed_bias: [vocab]
        x[i, a] = embed[tokens[i], a]
        repeat layers as layer[l] {
          let y = ln: layer_norm(x, eps)
          let part = rotary(theta = theta, dims = turned)
          x += attention(y, heads, mask = causal, position = part, bias = true) +
              mlp(y, hidden, activation = gelu_tanh, bias = true)
        }
        x = last: layer_norm(x, eps)
        return logits[i, w] = x[i, a] * unembed[a, w] + unembed_bias[w]
      }
      """;

  /** Written from scratch, for names that no other file has. */
  @Test
  void aModelOfOnesOwnReadsNamesThatNobodyKnows() throws IOException {
    Golden golden = golden("phi");
    stranger(
        golden,
        tensor -> {
          String name = tensor;
          for (Map.Entry<String, String> each : OTHERWISE.entrySet()) {
            name = name.replace(each.getKey(), each.getValue());
          }
          return name;
        });
    Path program = Files.writeString(folder.resolve("stranger.xfm"), STRANGER);
    String section = proposal(program);
    Files.writeString(program, STRANGER + section);
    readsAsPyTorch(golden, program, section);
  }

  @Test
  void whatDoesNotFitIsMarked() throws IOException {
    stranger(golden("phi"), tensor -> tensor);
    String more = STRANGER.replace("weight embed:", "weight wanting: [d, 7]\n  weight embed:");
    String less = more.replace(", bias = true) +", ") +");
    String section = proposal(Files.writeString(folder.resolve("stranger.xfm"), less));
    for (String line :
        List.of(
            "# ? wanting [d, 7] [64, 7]: no tensor that is left has its size",
            "# ? \"model.layers.{l}.self_attn.",
            "becomes no weight: if it is none, ignore it",
            "require config.hidden_act == \"gelu_new\"  # ?")) {
      assertTrue(section.contains(line), section);
    }
  }
}
