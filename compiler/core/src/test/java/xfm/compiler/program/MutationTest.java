package xfm.compiler.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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

/**
 * The programs of this project, mutated: each is wrong with a place, or right, and then its models
 * run and give the shapes that they declare. None ends in another exception. A longer search:
 * {@code -Dxfm.test.args="--add-modules jdk.incubator.vector -Dxfm.mutations=100000 -Dxfm.seed=7"}.
 */
class MutationTest {
  private static final int ALL = Integer.getInteger("xfm.mutations", 1_000);
  private static final long SEED = Long.getLong("xfm.seed", 1974);
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

  /** Appended to a file that has blocks and functions alone. */
  private static final String PROBE =
      """

      model probe(x: [n, 12], tokens: [n] token(7)) -> [n, 12] {
        weight table: [7, 12]
        y[i, a] = x[i, a] + table[tokens[i], a]
        y += attention(
          one: layer_norm(y), heads = 3, bias = true, mask = causal and window(3),
          position = rotary(theta = 100.0)
        )
        y += attention(
          two: rms_norm(y), heads = 4, kv_heads = 2, mask = chunked(2) or sinks(1),
          score = soft_cap(5.0)
        )
        y += mlp(three: layer_norm(y), activation = gelu)
        y += gated_mlp(four: rms_norm(y), hidden = 7)
        return y
      }
      """;

  private final Random random = new Random(SEED);
  private final Mutations mutations = new Mutations(random);
  private int right;
  private int wrong;
  private int parsed;
  private int ran;
  private int refused;
  private int large;

  private static List<Path> programs() throws IOException {
    List<Path> programs = new ArrayList<>();
    for (String folder :
        new String[] {
          "../../stdlib", "../../stdlib/models", "../../examples", "../../tests/golden/programs"
        }) {
      try (Stream<Path> files = Files.list(Path.of(folder))) {
        files.filter(file -> file.toString().endsWith(".xfm")).sorted().forEach(programs::add);
      }
    }
    return programs;
  }

  @Test
  @Timeout(3_600)
  void everyMutationIsWrongWithAPlaceOrRuns() throws IOException {
    List<Path> programs = programs();
    List<List<String>> originals = new ArrayList<>();
    for (Path path : programs) {
      String text = Files.readString(path);
      originals.add(Mutations.tokens(text.contains("\nmodel ") ? text : text + PROBE));
    }
    for (int each = 0; each < ALL; each++) {
      int program = each % programs.size();
      Path path = programs.get(program);
      String text = mutations.mutated(originals.get(program));
      try {
        mutation(path, text);
      } catch (RuntimeException | Error e) {
        throw new AssertionError(path + " as\n" + text, e);
      }
    }
    String counts =
        "%d right, %d wrong, %d parsed; %d models ran, %d were refused, %d were too large"
            .formatted(right, wrong, parsed, ran, refused, large);
    System.out.println(counts);
    assertTrue(parsed > ALL / 2 && right > ALL / 20 && ran > ALL / 20 && large < ran / 4, counts);
  }

  private void mutation(Path path, String text) {
    Program program;
    List<Diagnostic> problems;
    try {
      var file = Parser.parse(new Source(path.getFileName().toString(), text));
      parsed++;
      program = Program.of(file, Optional.of(path.getParent()));
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
    for (String name : program.models()) {
      run(program, program.declaration(name).orElseThrow());
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
      double operations = model.account().flops().evaluate(lengths::get);
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
        .mapToLong((Poly size) -> Math.max(0, size.evaluate(lengths::get)))
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
    long below = input.below().map(b -> b.evaluate(lengths::get)).orElse(2L);
    int[] ints = new int[elements];
    for (int i = 0; i < elements; i++) {
      ints[i] = (int) Math.floorMod(random.nextLong(), Math.max(1, below));
    }
    return Tensor.ofInts(ints, shape);
  }
}
