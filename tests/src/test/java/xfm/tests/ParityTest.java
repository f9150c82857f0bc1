package xfm.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import xfm.compiler.generate.Generator;
import xfm.compiler.generate.Sampler;
import xfm.compiler.generate.Sampling;
import xfm.compiler.generate.TokenModel;
import xfm.compiler.generate.WindowLoss;
import xfm.compiler.program.Model;
import xfm.compiler.program.Program;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.io.Json;
import xfm.runtime.io.JsonValue;
import xfm.runtime.io.Npy;
import xfm.runtime.tensor.Tensor;
import xfm.runtime.text.Tokenizer;

/** Models with published weights compute what PyTorch computes with them. */
final class ParityTest {
  /** Of the largest magnitude: float32 sums in another order, over three layers. */
  private static final double TOLERANCE = 2e-5;

  private static final int LAYERS = 3;

  /** A sequence of golden.json; the one of a single token has no continuation. */
  private record Sequence(int number, int[] tokens, Optional<int[]> greedy) {
    Tensor expected(String what) {
      return Npy.read(Checkout.GPT2.resolve(number + "." + what + ".npy"));
    }
  }

  private static List<Sequence> sequences() {
    JsonValue.Obj golden = Json.readObject(Checkout.GPT2.resolve("golden.json"));
    JsonValue.Arr all = (JsonValue.Arr) golden.find("sequences").orElseThrow();
    var sequences = new ArrayList<Sequence>();
    for (JsonValue each : all.items()) {
      var object = (JsonValue.Obj) each;
      sequences.add(
          new Sequence(
              sequences.size(),
              ints(object.find("tokens").orElseThrow()),
              object.find("greedy").map(ParityTest::ints)));
    }
    return sequences;
  }

  private static int[] ints(JsonValue list) {
    return ((JsonValue.Arr) list)
        .items().stream().mapToInt(v -> ((JsonValue.Int) v).value().intValueExact()).toArray();
  }

  private static Model open(Path folder) {
    return Program.find(folder, Optional.empty());
  }

  private static Map<String, Tensor> tokens(int... tokens) {
    return Map.of("tokens", Tensor.ofInts(tokens, tokens.length));
  }

  private static int[] greedily(Model model, int[] prompt, int count) {
    TokenModel reader = TokenModel.of(model);
    var generator =
        new Generator(
            reader.after(prompt, new Cancellation()),
            reader.context(),
            model.stops()::contains,
            false);
    return generator.generate(prompt, count, new Sampler(Sampling.GREEDY), t -> {}, () -> {});
  }

  @Test
  void logitsHiddenStatesAndPatternsAreThoseOfPyTorch() {
    // What is called hidden.3 there is the last layer's output after the last norm.
    Map<String, String> names = new LinkedHashMap<>();
    names.put("x@1", "hidden.0");
    names.put("x", "hidden." + LAYERS);
    for (int l = 0; l < LAYERS; l++) {
      names.put("layer[" + l + "].attention.pattern", "attention." + l);
      if (l < LAYERS - 1) {
        names.put("layer[" + l + "].x", "hidden." + (l + 1));
      }
    }
    try (Model model = open(Checkout.GPT2)) {
      for (Sequence sequence : sequences()) {
        var found = model.run(tokens(sequence.tokens()), names.keySet(), new Cancellation());
        String which = " of sequence " + sequence.number();
        Near.relative(
            sequence.expected("logits"), found.get("logits"), TOLERANCE, "logits" + which);
        names.forEach((path, file) ->
            Near.relative(sequence.expected(file), found.get(path), TOLERANCE, path + which));
      }
    }
  }

  @Test
  void greedyTokensAreThoseOfPyTorch() {
    try (Model model = open(Checkout.GPT2)) {
      assertEquals(92_592, model.account().parameters());
      List<Sequence> continued = sequences().stream().filter(s -> s.greedy().isPresent()).toList();
      assertEquals(3, continued.size());
      for (Sequence sequence : continued) {
        int[] greedy = sequence.greedy().get();
        assertArrayEquals(greedy, greedily(model, sequence.tokens(), greedy.length));
      }
    }
  }

  @Test
  void shakespeareWritesWhatItsReadmeSays() {
    String readme = Checkout.text(Checkout.SHAKESPEARE.resolve("README.md"));
    try (Model model = open(Checkout.SHAKESPEARE)) {
      assertEquals(3_208_960, model.account().parameters());
      Tokenizer tokenizer = model.tokenizer().orElseThrow();
      Map.of("ROMEO:\n", 120, "First Citizen:\nBefore we", 100)
          .forEach((prompt, count) -> {
            String text = tokenizer.decode(greedily(model, tokenizer.encode(prompt), count));
            assertEquals(count, text.length());
            String quoted = "`\"" + text.replace("\n", "\\n") + "\"`";
            assertTrue(readme.contains(quoted), () -> quoted + " is not in its README");
          });
    }
  }

  /**
   * The first 40 of the 871 windows; the whole loss is in what examples/shakespeare.xfm prints. The
   * figure is the mean over 5,120 predictions of the same equations in NumPy, in float64, which
   * gives 1.516373405844991 over all windows, as its README has it from PyTorch.
   */
  @Test
  void shakespeareIsAsSurprisedAsInFloat64() {
    String text = Checkout.text(Checkout.SHAKESPEARE.resolve("heldout.txt"));
    try (Model model = open(Checkout.SHAKESPEARE)) {
      int[] tokens = model.tokenizer().orElseThrow().encode(text.substring(0, 40 * 128 + 1));
      WindowLoss found =
          WindowLoss.measure(TokenModel.of(model), tokens, 128, share -> {}, new Cancellation());
      assertEquals(40, found.windows());
      assertEquals(1.3274161115431131, found.loss(), 2e-6);
    }
  }
}
