package xfm.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import xfm.compiler.ast.Item;
import xfm.compiler.diag.Renderer;
import xfm.compiler.ir.Graph;
import xfm.compiler.program.DumpKind;
import xfm.compiler.program.Model;
import xfm.compiler.program.Program;
import xfm.compiler.source.Source;
import xfm.compiler.syntax.Parser;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.tensor.Tensor;

/**
 * What {@code xfm dump --flat} prints is the same model: in other names, and without a block, a
 * function or a line of the standard library.
 */
final class FlatTest {
  private static final String FACTOR = "\\w+(?: \\*\\* \\d+)?";

  private static final String TERM = FACTOR + "(?: \\* " + FACTOR + ")*";
  private static final Pattern SUM = Pattern.compile(TERM + "(?: \\+ " + TERM + ")*");

  @TempDir private Path folder;

  /** A model of a program, made with what its settings are by default. */
  record Declared(Path file, String name) {
    Model make() {
      return FlatTest.make(Program.open(file), name);
    }

    @Override
    public String toString() {
      return Checkout.relative(file) + "#" + name;
    }
  }

  static List<Declared> models() {
    List<Path> files = new ArrayList<>(Checkout.programs(Checkout.EXAMPLES));
    files.addAll(Checkout.programs(Checkout.STDLIB));
    return files.stream()
        .flatMap(f -> Program.open(f).models().stream().map(name -> new Declared(f, name)))
        .toList();
  }

  /** A folder with weights, and the program that reads it, if it is not the standard library's. */
  record Published(Path folder, Optional<Path> program) {
    @Override
    public String toString() {
      return Checkout.relative(folder) + program.map(p -> " by " + Checkout.relative(p)).orElse("");
    }
  }

  static List<Published> folders() throws IOException {
    List<Published> all = new ArrayList<>();
    try (Stream<Path> folders = Files.list(Checkout.GPT2.getParent())) {
      folders.sorted().forEach(folder -> all.add(new Published(folder, Optional.empty())));
    }
    all.add(new Published(Checkout.SHAKESPEARE, Optional.empty()));
    all.add(
        new Published(
            Checkout.SHAKESPEARE, Optional.of(Checkout.EXAMPLES.resolve("shakespeare.xfm"))));
    return all;
  }

  private static Model make(Program program, String name) {
    Item.Declaration declaration = program.declaration(name).orElseThrow();
    return program.make(declaration, Map.of(), declaration.name().span());
  }

  private static void same(Model model, Model again) {
    assertEquals(model.account().parameters(), again.account().parameters());
    assertEquals(model.account().bytes(), again.account().bytes());
    assertEquals(
        nameless(model.graph(), model.dump(DumpKind.PLAN)),
        nameless(again.graph(), again.dump(DumpKind.PLAN)));
  }

  @ParameterizedTest
  @MethodSource("models")
  void everyModelComesBackTheSame(Declared declared) {
    try (Model model = declared.make()) {
      String flat = model.dump(DumpKind.FLAT);
      Program program = Program.of(Parser.parse(new Source("flat.xfm", flat)), Optional.empty());
      assertEquals("", Renderer.plain(program.check()));
      assertEquals(List.of("m"), program.models());
      try (Model again = make(program, "m")) {
        assertEquals(flat, again.dump(DumpKind.FLAT));
        same(model, again);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void readsTheSameWeightsAndGivesTheSameBits(Published published) throws IOException {
    try (Model model = Program.find(published.folder(), published.program())) {
      String text = model.dump(DumpKind.FLAT);
      Path flat = Files.writeString(folder.resolve("flat.xfm"), text);
      assertEquals("", Renderer.plain(Program.open(flat).check()));
      try (Model again = Program.find(published.folder(), Optional.of(flat))) {
        assertEquals(text, again.dump(DumpKind.FLAT));
        same(model, again);
        for (int length : new int[] {1, 5, 33, 60}) {
          Near.same(logits(model, length), logits(again, length), length + " tokens");
        }
      }
    }
  }

  private static Tensor logits(Model model, int length) {
    int[] tokens = new int[length];
    Arrays.setAll(tokens, i -> (i * i + 11 * i + 5) % 65);
    Tensor sequence = Tensor.ofInts(tokens, length);
    Map<String, Tensor> inputs =
        model.graph().inputs().stream()
            .collect(Collectors.toMap(Graph.Input::name, input -> sequence));
    return model
        .run(inputs, Set.of(), new Cancellation())
        .get(model.graph().results().firstEntry().getKey());
  }

  /**
   * The table of a plan with numbers for the names of its values and lengths; without the remarks,
   * which are about names.
   */
  private static String nameless(Graph graph, String whole) {
    String plan = whole.replaceAll("(?m)(^`.* is not fused into attention: .*\\n)+\\n", "");
    Map<String, String> numbers = new HashMap<>();
    graph.weights().forEach(w -> numbers.put(w.value().path(), "weight" + numbers.size()));
    graph.equations().forEach(e -> numbers.put(graph.seenAs(e.target()), "value" + numbers.size()));
    StringBuilder text = new StringBuilder();
    for (String line : plan.lines().toList()) {
      String named =
          line.replaceAll("(?<=\\]  {0,60})rows(?= )", "<all>"); // a length may be called so
      for (int i = 0; i < graph.lengths().size(); i++) {
        named = named.replaceAll("\\b" + graph.lengths().get(i) + "\\b", "length" + i);
      }
      if (line.matches("(\\d+|weight|kept) .*")) {
        // 12  layer[0].attention.scores~1  [n, 4, n] …, or: weight wte [96, 48]: …
        String word = line.split(" +")[1];
        String name = word.replaceFirst("~\\d+$", "");
        assertTrue(numbers.containsKey(name), () -> name + " is in the plan alone");
        named =
            named.replaceFirst(
                "^(\\S+ +)" + Pattern.quote(word) + "(?!\\S)", "$1" + numbers.get(name));
      }
      text.append(inOrder(named.replaceAll(" +", " "))).append('\n');
    }
    return text.toString();
  }

  /** Sums and products of lengths are written in the order of names, which are others here. */
  private static String inOrder(String line) {
    return SUM.matcher(line)
        .replaceAll(sum ->
            Arrays.stream(sum.group().split(" \\+ "))
                .map(term ->
                    Arrays.stream(term.split(" \\* ")).sorted().collect(Collectors.joining(" * ")))
                .sorted()
                .collect(Collectors.joining(" + ")));
  }
}
