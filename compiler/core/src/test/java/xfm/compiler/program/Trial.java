package xfm.compiler.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import xfm.compiler.ast.Item;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Renderer;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Value;
import xfm.compiler.source.Source;
import xfm.compiler.syntax.Parser;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.tensor.Tensor;

/** Whether texts that may be wrong are refused with a place, or run and give what they declare. */
final class Trial {
  private static final int LENGTH = 5;
  private static final long MOST_PARAMETERS = 100_000;
  private static final double MOST_OPERATIONS = 1e7;

  /** Sizes at which a model is quick to run, under the names that models here give them. */
  private static final Map<String, Object> SMALL =
      Map.of(
          "vocab",
          11L,
          "context",
          8L,
          "d",
          12L,
          "layers",
          2L,
          "heads",
          3L,
          "kv_heads",
          3L,
          "hidden",
          10L,
          "d_k",
          4L);

  private final Random random;

  /** Texts without an error, and with one. */
  int right;

  int wrong;

  /** Texts that are programs, right or wrong. */
  int parsed;

  /** Models that ran, that were refused when made or run, and that were not tried. */
  int ran;

  int refused;
  int large;

  /**
   * @param random what inputs are drawn from
   */
  Trial(Random random) {
    this.random = random;
  }

  String counts() {
    return "%d right, %d wrong, %d parsed; %d models ran, %d were refused, %d were too large"
        .formatted(right, wrong, parsed, ran, refused, large);
  }

  /**
   * Checks a text, and runs its models if it is right.
   *
   * @param folder of its imports
   */
  void of(String name, String text, Path folder) {
    Program program;
    List<Diagnostic> problems;
    try {
      var file = Parser.parse(new Source(name, text));
      parsed++;
      program = Program.of(file, Optional.of(folder));
      problems = program.check();
    } catch (XfmException e) {
      wrong++;
      placed(e.diagnostics());
      return;
    }
    if (!problems.isEmpty()) {
      wrong++;
      placed(problems);
      return;
    }
    right++;
    for (String model : program.models()) {
      run(program, program.declaration(model).orElseThrow());
    }
  }

  private static void placed(List<Diagnostic> problems) {
    assertFalse(problems.isEmpty());
    for (Diagnostic problem : problems) {
      assertFalse(problem.labels().isEmpty(), problem.message());
      assertFalse(Renderer.plain(List.of(problem)).isEmpty());
    }
  }

  private void run(Program program, Item.Declaration declaration) {
    Map<String, Object> settings = new LinkedHashMap<>();
    declaration.parameters().stream()
        .map(parameter -> parameter.name().text())
        .filter(SMALL::containsKey)
        .forEach(name -> settings.put(name, SMALL.get(name)));
    try (Model model = program.make(declaration, settings, declaration.name().span())) {
      Map<Atom.Symbol, Long> lengths = new HashMap<>();
      model.graph().lengths().forEach(length -> lengths.put(length, (long) LENGTH));
      double operations = model.account().flops().size(lengths::get);
      if (model.account().parameters() > MOST_PARAMETERS || operations > MOST_OPERATIONS) {
        large++;
        return;
      }
      Map<String, Tensor> inputs = new LinkedHashMap<>();
      for (Graph.Input input : model.graph().inputs()) {
        inputs.put(input.name(), input(input, lengths));
      }
      Map<String, Tensor> results = model.run(inputs, Set.of(), new Cancellation());
      model
          .graph()
          .results()
          .forEach((name, value) ->
              assertArrayEquals(shape(value, lengths), results.get(name).shape(), name));
      ran++;
    } catch (XfmException e) {
      refused++;
      placed(e.diagnostics());
    }
  }

  private static long[] shape(Value value, Map<Atom.Symbol, Long> lengths) {
    return value.shape().stream()
        .mapToLong((Poly size) -> Math.max(0, size.size(lengths::get)))
        .toArray();
  }

  private Tensor input(Graph.Input input, Map<Atom.Symbol, Long> lengths) {
    long[] shape = shape(input.value(), lengths);
    int elements = 1;
    for (long size : shape) {
      elements = Math.toIntExact(elements * size);
    }
    if (input.value().kind() == Term.Kind.FLOAT) {
      float[] floats = new float[elements];
      for (int i = 0; i < elements; i++) {
        floats[i] = (float) random.nextGaussian();
      }
      return Tensor.ofFloats(floats, shape);
    }
    long below = input.below().map(b -> b.size(lengths::get)).orElse(2L);
    int[] ints = new int[elements];
    for (int i = 0; i < elements; i++) {
      ints[i] = (int) Math.floorMod(random.nextLong(), Math.max(1, below));
    }
    return Tensor.ofInts(ints, shape);
  }
}
