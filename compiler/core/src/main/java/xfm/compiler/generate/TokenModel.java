package xfm.compiler.generate;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Value;
import xfm.compiler.program.Model;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.tensor.Tensor;

/**
 * A model seen as something that reads tokens and gives scores for the next one: its first result
 * is {@code [n, vocab]}, where n is the length of one input of tokens, the text that grows. A model
 * with one more input of tokens is an encoder with a decoder: that input is the prompt, and what
 * grows begins with the start token.
 */
public final class TokenModel {
  private final Model model;
  private final Graph.Input grows;
  private final Optional<Graph.Input> read;
  private final String result;

  private TokenModel(Model model, Graph.Input grows, Optional<Graph.Input> read, String result) {
    this.model = model;
    this.grows = grows;
    this.read = read;
    this.result = result;
  }

  /**
   * The model as a reader of tokens.
   *
   * @throws XfmException if it is none
   */
  public static TokenModel of(Model model) {
    return find(model)
        .orElseThrow(() ->
            Diagnostic.of(
                    Code.INPUT, "`" + model.name() + "` does not predict the next token of a text")
                .note(
                    "its first result would be [n, vocab], n being the length of an input of"
                        + " tokens; the only other input an encoder's tokens")
                .help("give its inputs by name: `.run({…})`")
                .raise());
  }

  /** The same, or nothing where the model is none. */
  public static Optional<TokenModel> find(Model model) {
    Graph graph = model.graph();
    Map.Entry<String, Value> result = graph.results().firstEntry();
    List<Poly> shape = result.getValue().shape();
    List<Graph.Input> tokens =
        graph.inputs().stream()
            .filter(input -> input.below().isPresent() && input.value().shape().size() == 1)
            .toList();
    Optional<Graph.Input> grows =
        tokens.stream()
            .filter(i -> shape.size() == 2 && i.value().shape().getFirst().equals(shape.getFirst()))
            .findFirst();
    if (grows.isEmpty() || tokens.size() > 2 || tokens.size() < graph.inputs().size()) {
      return Optional.empty();
    }
    Optional<Graph.Input> read = tokens.stream().filter(i -> i != grows.get()).findFirst();
    return Optional.of(new TokenModel(model, grows.get(), read, result.getKey()));
  }

  /** The longest text, if there is a limit. */
  public OptionalLong context() {
    Optional<Poly> limit = grows.atMost().getFirst();
    return limit.isPresent() ? limit.get().constant() : OptionalLong.empty();
  }

  /** Whether the prompt goes to an encoder, and the text begins with {@link #start}. */
  public boolean hasEncoder() {
    return read.isPresent();
  }

  /**
   * The token that a decoder's text begins with.
   *
   * @throws XfmException if the checkpoint section does not say
   */
  public int start() {
    return model
        .start()
        .orElseThrow(() ->
            Diagnostic.of(Code.INPUT, "no start token is known for `" + model.name() + "`")
                .help("say which: `generate(…, start = 0)`, or `start = …` in a checkpoint section")
                .raise());
  }

  /** Scores for the token after each of {@code tokens}: float32 [n, vocab]. */
  public Tensor scores(int[] encoded, int[] tokens, Cancellation cancellation) {
    return model.run(inputs(encoded, tokens), Set.of(), cancellation).get(result);
  }

  /** The same for several texts at once; for a model without an encoder. */
  public List<Tensor> scores(List<int[]> texts, Cancellation cancellation) {
    return scoresOf(texts.stream().map(t -> new Reading(new int[0], t)).toList(), cancellation);
  }

  /**
   * What a model has read when it says what comes next.
   *
   * @param encoded by its encoder; empty where there is none
   * @param tokens of the text that grows
   */
  public record Reading(int[] encoded, int[] tokens) {}

  /** Scores for the token after each one of several texts. */
  List<Tensor> scoresOf(List<Reading> readings, Cancellation cancellation) {
    List<Map<String, Tensor>> batch =
        readings.stream().map(r -> inputs(r.encoded(), r.tokens())).toList();
    return model.run(batch, Set.of(), cancellation).stream().map(r -> r.get(result)).toList();
  }

  private Map<String, Tensor> inputs(int[] encoded, int[] tokens) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    inputs.put(grows.name(), Tensor.ofInts(tokens, tokens.length));
    read.ifPresent(input -> inputs.put(input.name(), Tensor.ofInts(encoded, encoded.length)));
    return inputs;
  }

  /** What goes on after each of several texts, for {@link Beams}. */
  public Beams.Scores afterEach(int[] encoded, Cancellation cancellation) {
    return texts -> {
      cancellation.check();
      List<Reading> readings = texts.stream().map(t -> new Reading(encoded, t)).toList();
      return scoresOf(readings, cancellation).stream().map(TokenModel::last).toList();
    };
  }

  /** The last row. */
  private static float[] last(Tensor scores) {
    float[] all = scores.toFloats();
    int vocab = Math.toIntExact(scores.shape()[1]);
    return java.util.Arrays.copyOfRange(all, all.length - vocab, all.length);
  }

  /** The name of the input that an encoder reads, if there is one. */
  public Optional<String> encoded() {
    return read.map(Graph.Input::name);
  }

  /** The name of the input that grows. */
  public String grown() {
    return grows.name();
  }

  /**
   * Makes room for writing, before the first token: for texts of the length that they may come to.
   *
   * @param encoded how many tokens the encoder reads, if there is one
   * @param begin how many the text begins with
   * @param max how many are written at most
   * @param texts how many are written together
   * @throws XfmException if there is too little
   */
  public void reserve(long encoded, long begin, long max, int texts) {
    if (begin == 0 || max <= 0) {
      return;
    }
    // The last token that is written is not read again.
    long longest =
        Math.min(begin + Math.min(max - 1, Integer.MAX_VALUE), context().orElse(Long.MAX_VALUE));
    Map<Atom.Symbol, Long> lengths = new LinkedHashMap<>();
    length(grows, longest, lengths);
    read.ifPresent(input -> length(input, encoded, lengths));
    model.reserve(
        Collections.nCopies(texts, lengths),
        "writing up to " + Generator.tokens(max) + " takes",
        "write fewer");
  }

  private static void length(Graph.Input of, long length, Map<Atom.Symbol, Long> lengths) {
    if (of.value().shape().getFirst().atom().orElse(null) instanceof Atom.Symbol symbol) {
      lengths.put(symbol, length);
    }
  }

  /** What goes on after a prompt, for {@link Generator}: the scores after the last token. */
  public Generator.Scores after(int[] encoded, Cancellation cancellation) {
    return tokens -> {
      cancellation.check();
      float[] all = scores(encoded, tokens, cancellation).toFloats();
      int vocab = all.length / tokens.length;
      return java.util.Arrays.copyOfRange(all, all.length - vocab, all.length);
    };
  }
}
