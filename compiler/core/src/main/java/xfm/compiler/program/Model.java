package xfm.compiler.program;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import xfm.compiler.account.Account;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Dump;
import xfm.compiler.checkpoint.BoundWeights;
import xfm.compiler.checkpoint.CheckpointPlan;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Value;
import xfm.compiler.plan.Executor;
import xfm.compiler.plan.Memory;
import xfm.compiler.plan.Plan;
import xfm.compiler.plan.Sequence;
import xfm.compiler.print.Print;
import xfm.compiler.rewrite.Unfused;
import xfm.compiler.source.DeepStack;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.io.Checkpoint;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.tensor.Tensor;
import xfm.runtime.text.Tokenizer;
import xfm.runtime.text.Tokenizers;

/**
 * A model with its sizes known. Its weights are read or made, and its plan compiled, when they are
 * first needed. Not for use by several threads at once.
 */
public final class Model implements AutoCloseable {
  /** A folder in Hugging Face's layout, and how the model's checkpoint section reads it. */
  record Origin(Path folder, CheckpointPlan section) {}

  private final Graph graph;
  private final Ast.File file;
  private final Optional<Origin> origin;
  private final Map<Set<Value>, Plan> plans = new HashMap<>();
  private final Map<String, Object> settings;
  private final Map<Value, Tensor> given = new HashMap<>();
  private Memory memory = Memory.ofMachine();
  private long seed;
  private int threads = Runtime.getRuntime().availableProcessors();
  private Map<Value, Tensor> weights;
  private Optional<Tokenizer> tokenizer = Optional.empty();
  private List<String> warnings = List.of();
  private Optional<List<Equation>> doubtful = Optional.empty();
  private Executor executor;

  /**
   * @param settings what the graph was made with
   */
  Model(Graph graph, Map<String, Object> settings, Ast.File file, Optional<Origin> origin) {
    this.graph = graph;
    this.settings = settings;
    this.file = file;
    this.origin = origin;
  }

  public String name() {
    return graph.name();
  }

  public Graph graph() {
    return graph;
  }

  /** Whether every weight was read or set; otherwise some are seeded initial values. */
  public boolean loaded() {
    return origin.isPresent()
        || graph.weights().stream().allMatch(w -> w.constant() || given.containsKey(w.value()));
  }

  /**
   * The tokenizer of the folder that the model was loaded from.
   *
   * @throws xfm.runtime.io.FormatException if the folder has none that can be read
   */
  public Optional<Tokenizer> tokenizer() {
    if (tokenizer.isEmpty()) {
      tokenizer = origin.map(o -> Tokenizers.open(o.folder()));
    }
    return tokenizer;
  }

  /** The token that decoding begins with, where the checkpoint section names one. */
  public OptionalInt start() {
    return origin.isPresent() ? origin.get().section().start() : OptionalInt.empty();
  }

  /** The tokens that end a text. */
  public Set<Integer> stops() {
    return origin.map(o -> Set.copyOf(o.section().stop())).orElse(Set.of());
  }

  /** How many threads compute; the results are the same bits for any number. */
  public void threads(int count) {
    threads = count;
    dropExecutor();
  }

  /** How much memory its runs may take; at first, what the machine has available. */
  public void memory(Memory limit) {
    memory = limit;
    dropExecutor();
  }

  /** What the weights are made from that nothing gave; 0 at first. */
  public long seed() {
    return seed;
  }

  /**
   * Makes the weights anew that no file and no {@link #set} gave.
   *
   * @throws XfmException if all are given
   */
  public void seed(long other) {
    if (loaded()) {
      throw Diagnostic.of(Code.CALL, "all weights of `" + name() + "` are given: none is random")
          .help("a seed changes the weights alone that no file and no `set` gave")
          .raise();
    }
    seed = other;
    weights = null;
    dropExecutor();
  }

  /**
   * One forward pass.
   *
   * @param inputs every input of the model by its name
   * @param see paths of other tensors to give back
   * @return the results by their names, and what was asked to be seen by its path
   * @throws XfmException if an input is not what the model declares, or a path leads nowhere
   */
  public Map<String, Tensor> run(
      Map<String, Tensor> inputs, Set<String> see, Cancellation cancellation) {
    return run(List.of(inputs), see, cancellation).getFirst();
  }

  /**
   * One forward pass over several sequences, of any lengths. Each gives the bits that it gives
   * alone; together they are quicker, as every product with a weight has the rows of all.
   *
   * @param batch for each sequence every input of the model by its name
   * @return for each sequence what {@link #run(Map, Set, Cancellation)} gives
   * @throws XfmException if there is no sequence, if an input is not what the model declares, or a
   *     path leads nowhere
   */
  public List<Map<String, Tensor>> run(
      List<Map<String, Tensor>> batch, Set<String> see, Cancellation cancellation) {
    if (batch.isEmpty()) {
      throw Diagnostic.of(Code.INPUT, "the batch is empty: there is no sequence to run over")
          .raise();
    }
    Map<String, Value> wanted = new LinkedHashMap<>(graph.results());
    see.forEach(path -> wanted.put(path, find(path)));
    List<Sequence> bound = Inputs.bind(graph, doubtful(), batch);
    return executor().run(plan(wanted.values()), bound, cancellation).stream()
        .map(values -> named(wanted, values))
        .toList();
  }

  /**
   * Makes room for forward passes that grow up to these lengths, before the first of them.
   *
   * @param batch the lengths of each sequence
   * @param what takes the memory, for the message: "writing 20 tokens takes"
   * @param help what to do about it
   * @throws XfmException if there is too little
   */
  public void reserve(List<Map<Atom.Symbol, Long>> batch, String what, String help) {
    executor().reserve(plan(graph.results().values()), batch, what, help);
  }

  private List<Equation> doubtful() {
    if (doubtful.isEmpty()) {
      doubtful = Optional.of(WholeNumbers.doubtful(graph));
    }
    return doubtful.get();
  }

  private Plan plan(Collection<Value> wanted) {
    return plans.computeIfAbsent(new LinkedHashSet<>(wanted), seen -> Plan.of(graph, seen));
  }

  private static Map<String, Tensor> named(Map<String, Value> wanted, Map<Value, Tensor> values) {
    Map<String, Tensor> found = new LinkedHashMap<>();
    wanted.forEach((name, value) -> found.put(name, values.get(value)));
    return found;
  }

  private Executor executor() {
    if (executor == null) {
      executor = new Executor(Kernels.select(), threads, memory);
      weights().forEach(executor::bind);
    }
    return executor;
  }

  private void dropExecutor() {
    if (executor != null) {
      executor.close();
      executor = null;
    }
  }

  /** The weight under a path. */
  public Tensor weight(String path) {
    return weights().get(weightAt(path));
  }

  /** Puts another tensor of the same shape in a weight's place. */
  public void set(String path, Tensor tensor) {
    Value weight = weightAt(path);
    if (!Arrays.equals(Initials.shape(weight), tensor.shape())) {
      throw Diagnostic.of(
              Code.SHAPE,
              "`"
                  + path
                  + "` is "
                  + weight.shape()
                  + ", and is given a tensor of shape "
                  + Arrays.toString(tensor.shape()))
          .raise();
    }
    given.put(weight, tensor);
    if (weights != null) {
      weights.put(weight, tensor);
    }
    if (executor != null) {
      executor.bind(weight, tensor);
    }
  }

  /**
   * Writes all weights to one safetensors file, each under its path; {@link Program#load} reads it.
   *
   * @throws xfm.runtime.io.FormatException if it cannot be written
   */
  public void save(Path file) {
    Saved.write(file, graph, settings, weights());
  }

  private Map<Value, Tensor> weights() {
    if (weights == null) {
      // What a file gives needs no initial value; constants are in no file.
      Predicate<Graph.Weight> initial =
          weight -> (origin.isEmpty() || weight.constant()) && !given.containsKey(weight.value());
      memory.require(
          "the weights of `" + name() + "` take",
          Initials.bytes(graph, initial),
          memory.available(0),
          List.of(),
          "make a smaller model (`account` counts one of any size)");
      Map<Value, Tensor> made = Initials.of(graph, seed, initial);
      if (origin.isPresent()) {
        Origin from = origin.get();
        BoundWeights.Loaded loaded =
            from.section().bind(graph, Checkpoint.open(from.folder())).load();
        made.putAll(loaded.weights());
        warnings = loaded.warnings();
      }
      made.putAll(given);
      weights = made;
    }
    return weights;
  }

  /**
   * Which tensors of its folder each weight is read from, by the weight's path; empty without one.
   *
   * @param files those of the folder
   */
  Map<String, List<String>> names(Checkpoint files) {
    return origin.map(from -> from.section().bind(graph, files).names()).orElse(Map.of());
  }

  /** What is odd about the weights that were read: infinities, values that are no numbers. */
  public List<String> warnings() {
    weights();
    return warnings;
  }

  /**
   * The weight of that path.
   *
   * @throws XfmException if the path leads nowhere, or to what is computed
   */
  public Value weightAt(String path) {
    Value value = find(path);
    if (graph.weights().stream().noneMatch(w -> w.value() == value)) {
      boolean input = graph.inputs().stream().anyMatch(i -> i.value() == value);
      throw Diagnostic.of(
              Code.PATH, "`" + path + "` is no weight: it is " + (input ? "given" : "computed"))
          .help("`m.see(\"" + path + "\", …)` shows it for an input")
          .raise();
    }
    return value;
  }

  /**
   * What is seen under a path.
   *
   * @throws XfmException if the path leads nowhere
   */
  public Value find(String path) {
    Value value = graph.seen().get(path);
    if (value == null) {
      throw Paths.unknown(path, graph.seen().keySet());
    }
    return value;
  }

  /** What the model has and costs, counted from its graph. */
  public Account account() {
    return account(Map.of());
  }

  /**
   * What the model has and costs, counted from its graph.
   *
   * @param lengths for which, 1 or more by their names; that of "" is for all that are not named
   * @throws XfmException if the model takes no such lengths
   */
  public Account account(Map<String, Long> lengths) {
    return DeepStack.call(() -> Account.of(graph, sizes(lengths)));
  }

  /** A stage of the model as text. */
  public String dump(DumpKind kind) {
    return DeepStack.call(() -> dumped(kind));
  }

  /**
   * The plan as text, with numbers for some lengths.
   *
   * @param lengths for which, 1 or more by their names; that of "" is for all that are not named
   * @throws XfmException if the model takes no such lengths
   */
  public String plan(Map<String, Long> lengths) {
    return DeepStack.call(() -> {
      Map<Atom.Symbol, Long> sizes = lengths.isEmpty() ? Map.of() : sizes(lengths);
      Set<Value> results = Set.copyOf(graph.results().values());
      return Plan.of(graph, results).text(sizes, Unfused.remarks(graph, results));
    });
  }

  private Map<Atom.Symbol, Long> sizes(Map<String, Long> asked) {
    return Lengths.of(graph, origin.isPresent() ? Optional.empty() : Optional.of(file), asked);
  }

  private String dumped(DumpKind kind) {
    return switch (kind) {
      case AST -> Dump.of(file);
      case GRAPH -> Print.graph(graph);
      case PLAN -> plan(Map.of());
      case FLAT ->
          origin
              .map(o -> Print.flat(graph, o.section().section(), o.section().settings()))
              .orElseGet(() -> Print.flat(graph));
    };
  }

  @Override
  public void close() {
    dropExecutor();
  }
}
