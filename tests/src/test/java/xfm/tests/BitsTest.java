package xfm.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import xfm.compiler.program.Model;
import xfm.compiler.program.Program;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.tensor.Tensor;

/** The same tokens give the same bits, however they are computed and whatever follows them. */
final class BitsTest {
  /** A folder, its vocabulary and its context. */
  record Case(Path folder, int vocab, int context) {
    Model open() {
      return Program.find(folder, Optional.empty());
    }

    int[] text() {
      var tokens = new int[context];
      for (int i = 0; i < context; i++) {
        tokens[i] = (i * i * 31 + i * 7 + 3) % vocab;
      }
      return tokens;
    }

    @Override
    public String toString() {
      return folder.getFileName().toString();
    }
  }

  static List<Case> cases() {
    return List.of(new Case(Checkout.GPT2, 96, 64), new Case(Checkout.SHAKESPEARE, 65, 128));
  }

  private static Map<String, Tensor> run(Model model, int[] tokens, String... see) {
    return model.run(
        Map.of("tokens", Tensor.ofInts(tokens, tokens.length)), Set.of(see), new Cancellation());
  }

  private static Tensor logits(Model model, int... tokens) {
    return run(model, tokens).get("logits");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anyNumberOfThreads(Case of) {
    try (Model model = of.open()) {
      model.threads(1);
      Tensor one = logits(model, of.text());
      for (int threads : new int[] {2, 3, 5}) {
        model.threads(threads);
        Near.same(one, logits(model, of.text()), threads + " threads");
      }
    }
  }

  /** Each length is a plan's run of its own, with its own tiles at the edges. */
  @ParameterizedTest
  @MethodSource("cases")
  void whatComesLaterChangesNothing(Case of) {
    int[] text = of.text();
    try (Model model = of.open()) {
      float[] all = logits(model, text).toFloats();
      for (int length : new int[] {1, 2, 3, 7, 16, 31, of.context() - 1}) {
        float[] prefix = logits(model, Arrays.copyOf(text, length)).toFloats();
        int row = prefix.length / length;
        assertEquals(of.vocab(), row);
        assertEquals(
            -1,
            Arrays.mismatch(prefix, Arrays.copyOf(all, prefix.length)),
            "first differing logit, of " + length + " tokens");
      }
    }
  }

  /** The JVM interprets the first calls and compiles the later ones, in two steps. */
  @ParameterizedTest
  @MethodSource("cases")
  void theFirstCallAndTheTwoHundredth(Case of) {
    int[] text = Arrays.copyOf(of.text(), 24);
    try (Model model = of.open()) {
      Tensor first = logits(model, text);
      for (int call = 2; call <= 200; call++) {
        Near.same(first, logits(model, text), "call " + call);
      }
    }
  }

  /** Seeing more of a model plans it anew, with fewer values folded into others. */
  @ParameterizedTest
  @MethodSource("cases")
  void beingLookedAt(Case of) {
    try (Model model = of.open()) {
      Tensor unseen = logits(model, of.text());
      Map<String, Tensor> seen =
          run(model, of.text(), "x", "layer[0].attention.pattern", "layer[1].mlp.h");
      Near.same(unseen, seen.get("logits"), "with other values seen");
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void scalarKernels(Case of) {
    assertEquals("simd", Kernels.select().name(), "the tests run with the Vector API");
    Tensor simd;
    try (Model model = of.open()) {
      simd = logits(model, of.text());
    }
    System.setProperty("xfm.kernels", "scalar");
    try (Model model = of.open()) {
      Near.same(simd, logits(model, of.text()), "scalar kernels");
    } finally {
      System.clearProperty("xfm.kernels");
    }
  }

  @Test
  void theOrderOfTexts() {
    Case of = cases().getFirst();
    int[] one = Arrays.copyOf(of.text(), 40);
    int[] other = {95, 0, 95};
    try (Model model = of.open();
        Model fresh = of.open()) {
      Tensor expected = logits(fresh, one);
      logits(model, other);
      Near.same(expected, logits(model, one), "after a shorter text");
    }
  }
}
