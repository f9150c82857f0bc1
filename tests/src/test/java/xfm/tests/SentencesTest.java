package xfm.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import xfm.compiler.program.Model;
import xfm.compiler.program.Program;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.io.Json;
import xfm.runtime.io.JsonValue;
import xfm.runtime.io.Npy;
import xfm.runtime.tensor.Tensor;
import xfm.runtime.text.Tokenizer;

/**
 * A published sentence encoder, all-MiniLM-L6-v2: {@code -Dxfm.minilm=FOLDER} says where it is,
 * with what PyTorch computes in float64 from these weights. Without it, nothing runs.
 */
final class SentencesTest {
  @Test
  void embeddingsAndTheirNearnessAreThoseOfPyTorch() {
    String named = System.getProperty("xfm.minilm", "");
    assumeTrue(!named.isEmpty(), "-Dxfm.minilm names no folder");
    Path folder = Path.of(named);
    JsonValue.Obj golden = Json.readObject(folder.resolve("golden.json"));
    List<JsonValue> sentences = list(golden.find("sentences").orElseThrow());
    List<JsonValue> tokens = list(golden.find("tokens").orElseThrow());
    float[] expected = Npy.read(folder.resolve("embeddings.npy")).toFloats();
    int d = expected.length / sentences.size();
    double[][] found = new double[sentences.size()][];
    try (Model model = Program.find(folder, Optional.empty())) {
      assertEquals(22_713_216, model.account().parameters());
      Tokenizer tokenizer = model.tokenizer().orElseThrow();
      for (int s = 0; s < found.length; s++) {
        int[] read = tokenizer.prompt(((JsonValue.Text) sentences.get(s)).value());
        assertArrayEquals(Golden.ints(tokens.get(s)), read);
        found[s] = embedding(model, read);
        for (int a = 0; a < d; a++) {
          assertEquals(expected[s * d + a], found[s][a], 1e-4);
        }
      }
    }
    List<JsonValue> cosine = list(golden.find("cosine").orElseThrow());
    for (int s = 0; s < found.length; s++) {
      for (int t = 0; t < found.length; t++) {
        double near = 0;
        for (int a = 0; a < d; a++) {
          near += found[s][a] * found[t][a];
        }
        assertEquals(number(list(cosine.get(s)).get(t)), near, 1e-4);
      }
    }
  }

  /** The mean over all tokens, of length 1. */
  private static double[] embedding(Model model, int[] tokens) {
    Map<String, Tensor> inputs = Map.of("tokens", Tensor.ofInts(tokens, tokens.length));
    float[] hidden = model.run(inputs, Set.of(), new Cancellation()).get("hidden").toFloats();
    int d = hidden.length / tokens.length;
    double[] mean = new double[d];
    for (int i = 0; i < hidden.length; i++) {
      mean[i % d] += hidden[i];
    }
    double length = 0;
    for (double each : mean) {
      length += each * each;
    }
    for (int a = 0; a < d; a++) {
      mean[a] /= Math.sqrt(length);
    }
    return mean;
  }

  private static List<JsonValue> list(JsonValue value) {
    return ((JsonValue.Arr) value).items();
  }

  private static double number(JsonValue value) {
    return switch (value) {
      case JsonValue.Decimal(double number) -> number;
      case JsonValue.Int(var number) -> number.doubleValue();
      default -> throw new IllegalArgumentException(value.toString());
    };
  }
}
