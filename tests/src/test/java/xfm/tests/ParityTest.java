package xfm.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
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
import xfm.runtime.tensor.Tensor;
import xfm.runtime.text.Tokenizer;

/** Models with published weights compute what PyTorch computes with them. */
final class ParityTest {
  /** Of the largest magnitude: float32 sums in another order, over three layers. */
  private static final double TOLERANCE = 2e-5;

  private static Model open(Path folder) {
    return Program.find(folder, Optional.empty());
  }

  private static int[] greedily(Model model, int[] prompt, int count) {
    TokenModel reader = TokenModel.of(model);
    int[] text = reader.hasEncoder() ? new int[] {reader.start()} : prompt;
    var generator =
        new Generator(
            reader.after(prompt, new Cancellation()), reader.context(), stop -> false, false);
    return generator.generate(text, count, new Sampler(Sampling.GREEDY), t -> {}, () -> {});
  }

  static List<Golden> goldens() {
    return Golden.all();
  }

  @Test
  void everyFolderIsCompared() throws IOException {
    try (Stream<Path> folders = Files.list(Checkout.GPT2.getParent())) {
      assertEquals(
          goldens().stream().map(Golden::name).sorted().toList(),
          folders.map(f -> f.getFileName().toString()).sorted().toList());
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void logitsHiddenStatesAndPatternsAreThoseOfPyTorch(Golden golden) {
    try (Model model = golden.open()) {
      Map<String, String> seen = golden.seen(model);
      for (Golden.Sequence sequence : golden.sequences()) {
        var found = model.run(sequence.inputs(model), seen.keySet(), new Cancellation());
        String which = " of sequence " + sequence.number();
        Near.relative(
            sequence.expected("logits"), found.get("logits"), TOLERANCE, "logits" + which);
        seen.forEach((path, file) ->
            Near.relative(sequence.expected(file), found.get(path), TOLERANCE, path + which));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void aBatchHasTheBitsOfEachSequenceAlone(Golden golden) {
    try (Model model = golden.open()) {
      List<Map<String, Tensor>> batch = new ArrayList<>();
      golden.sequences().forEach(sequence -> batch.add(sequence.inputs(model)));
      assertTrue(batch.size() > 2);
      for (Set<String> see : List.of(Set.<String>of(), golden.seen(model).keySet())) {
        List<Map<String, Tensor>> together = model.run(batch, see, new Cancellation());
        for (int s = 0; s < batch.size(); s++) {
          Map<String, Tensor> found = together.get(s);
          String which = " of sequence " + s;
          model
              .run(batch.get(s), see, new Cancellation())
              .forEach((name, alone) -> {
                assertArrayEquals(alone.shape(), found.get(name).shape(), name + which);
                assertEquals(-1, alone.data().mismatch(found.get(name).data()), name + which);
              });
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void parametersAreAsManyAsThere(Golden golden) {
    try (Model model = golden.open()) {
      JsonValue counted = golden.json().find("parameters").orElseThrow();
      assertEquals(
          ((JsonValue.Int) counted).value().longValueExact(), model.account().parameters());
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void greedyTokensAreThoseOfPyTorch(Golden golden) {
    try (Model model = golden.open()) {
      for (Golden.Sequence sequence : golden.sequences()) {
        if (sequence.greedy().isPresent()) {
          int[] expected = sequence.greedy().get();
          int start = sequence.tokens().size() - 1; // a decoder's text begins with its start token
          int[] found = greedily(model, sequence.tokens().getFirst(), expected.length - start);
          assertArrayEquals(Arrays.copyOfRange(expected, start, expected.length), found);
        }
      }
    }
  }

  @Test
  void datesAreWrittenTokenByToken() {
    JsonValue.Obj golden = Json.readObject(Checkout.DATES.resolve("golden.json"));
    JsonValue.Arr examples = (JsonValue.Arr) golden.find("examples").orElseThrow();
    assertEquals(20, examples.items().size());
    try (Model model = open(Checkout.DATES)) {
      assertEquals(820_096 - 2 * 64 * 128, model.account().parameters()); // positions are computed
      for (JsonValue each : examples.items()) {
        var example = (JsonValue.Obj) each;
        int[] greedy = Golden.ints(example.find("greedy").orElseThrow());
        int[] tokens = Golden.ints(example.find("tokens").orElseThrow());
        assertArrayEquals(
            Arrays.copyOfRange(greedy, 1, greedy.length),
            greedily(model, tokens, greedy.length - 1));
      }
    }
  }

  /**
   * What its README says of the thousand dates that it was not trained on: how surprised it is by
   * their tokens, and how many it writes without a mistake.
   */
  @Test
  void datesAreReadAsInPyTorch() {
    double loss = 0;
    int predicted = 0;
    int right = 0;
    try (Model model = open(Checkout.DATES)) {
      TokenModel reader = TokenModel.of(model);
      Tokenizer tokenizer = model.tokenizer().orElseThrow();
      for (String line : Checkout.text(Checkout.DATES.resolve("heldout.tsv")).lines().toList()) {
        String[] pair = line.split("\t");
        int[] wanted = closed(tokenizer.encode(pair[1]));
        int[] text = new int[wanted.length];
        text[0] = reader.start();
        System.arraycopy(wanted, 0, text, 1, wanted.length - 1);
        int[] source = closed(tokenizer.encode(pair[0]));
        float[] scores = reader.scores(source, text, new Cancellation()).toFloats();
        int vocab = scores.length / text.length;
        boolean exact = true;
        for (int i = 0; i < text.length; i++) {
          double largest = Double.NEGATIVE_INFINITY;
          for (int w = 0; w < vocab; w++) {
            largest = Math.max(largest, scores[i * vocab + w]);
          }
          double sum = 0;
          for (int w = 0; w < vocab; w++) {
            sum += Math.exp(scores[i * vocab + w] - largest);
          }
          loss += Math.log(sum) + largest - scores[i * vocab + wanted[i]];
          exact &= scores[i * vocab + wanted[i]] == largest;
          predicted++;
        }
        right += exact ? 1 : 0;
      }
    }
    assertEquals(11_000, predicted);
    assertEquals(999, right);
    assertEquals(0.00018625072327205507, loss / predicted, 2e-8);
  }

  /** With the token that ends a text. */
  private static int[] closed(int[] tokens) {
    int[] closed = Arrays.copyOf(tokens, tokens.length + 1);
    closed[tokens.length] = 1;
    return closed;
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
