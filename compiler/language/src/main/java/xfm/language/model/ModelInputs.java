package xfm.language.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.generate.TokenModel;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Term;
import xfm.compiler.program.Model;
import xfm.language.value.Values;
import xfm.language.value.XfmRecord;
import xfm.runtime.tensor.Tensor;
import xfm.runtime.text.Tokenizer;

/** From the values that a script or a host gives to the tensors that a model takes. */
public final class ModelInputs {
  private ModelInputs() {}

  /**
   * The inputs of a model: a record by their names, or for a model of one input that alone.
   *
   * @throws XfmException if something is unknown or of the wrong kind
   */
  public static Map<String, Tensor> of(Model model, Object given) {
    List<Graph.Input> inputs = model.graph().inputs();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Optional<XfmRecord> record = Values.record(given);
    if (record.isEmpty()) {
      if (inputs.size() != 1) {
        throw Diagnostic.of(Code.INPUT, "`" + model.name() + "` has " + inputs.size() + " inputs")
            .help("give a record: " + shape(inputs))
            .raise();
      }
      tensors.put(inputs.getFirst().name(), tensor(model, inputs.getFirst(), given));
      return tensors;
    }
    record.get().fields().forEach((name, value) -> tensors.put(name, named(model, name, value)));
    return tensors;
  }

  private static Tensor named(Model model, String name, Object value) {
    List<Graph.Input> inputs = model.graph().inputs();
    return inputs.stream()
        .filter(input -> input.name().equals(name))
        .findFirst()
        .map(input -> tensor(model, input, value))
        .orElseThrow(() ->
            Diagnostic.of(Code.INPUT, "`" + model.name() + "` has no input `" + name + "`")
                .help("it takes " + shape(inputs))
                .raise());
  }

  private static String shape(List<Graph.Input> inputs) {
    return inputs.stream()
        .map(input -> input.name() + ": …")
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static Tensor tensor(Model model, Graph.Input input, Object value) {
    boolean whole = input.value().kind() != Term.Kind.FLOAT;
    String name = "`" + input.name() + "`";
    if (value instanceof String text) {
      if (!whole || input.value().shape().size() != 1) {
        throw Diagnostic.of(Code.INPUT, name + " of `" + model.name() + "` takes numbers, not text")
            .raise();
      }
      int[] tokens = read(model, input.name(), text);
      return Tensor.ofInts(tokens, tokens.length);
    }
    return whole ? Nested.ints(value, name) : Nested.floats(value, name);
  }

  /**
   * Tokens: of a text by the model's tokenizer, with what it puts around one, or a list of ints as
   * it is.
   *
   * @throws XfmException if the value is neither, or the model has no tokenizer
   */
  public static int[] tokens(Model model, Object value) {
    if (value instanceof String text) {
      String input =
          TokenModel.find(model)
              .flatMap(TokenModel::encoded)
              .orElse(model.graph().inputs().getFirst().name());
      return read(model, input, text);
    }
    if (Values.sequence(value).isEmpty()) {
      throw Diagnostic.of(
              Code.TYPE,
              "a text or a list of tokens is needed, and here is " + Values.describe(value))
          .raise();
    }
    Tensor tensor = Nested.ints(value, "the list of tokens");
    if (tensor.rank() != 1) {
      throw Diagnostic.of(Code.TYPE, "tokens are one list of ints, not a list of lists").raise();
    }
    return tensor.toInts();
  }

  /**
   * The tokens of a text for one input. What an encoder reads ends with the stop token, which not
   * every tokenizer puts there; what its decoder reads begins with the start token.
   */
  private static int[] read(Model model, String input, String text) {
    Optional<TokenModel> reader = TokenModel.find(model).filter(TokenModel::hasEncoder);
    if (reader.isPresent() && reader.get().grown().equals(input)) {
      int[] tokens = tokenizer(model).encode(text);
      return IntStream.concat(IntStream.of(reader.get().start()), IntStream.of(tokens)).toArray();
    }
    int[] tokens = tokenizer(model).prompt(text);
    if (reader.isEmpty()
        || tokens.length > 0 && model.stops().contains(tokens[tokens.length - 1])) {
      return tokens;
    }
    return ended(model, tokens);
  }

  /** With the token that ends a text, where the model has one. */
  private static int[] ended(Model model, int[] tokens) {
    return model.stops().size() == 1
        ? IntStream.concat(IntStream.of(tokens), model.stops().stream().mapToInt(t -> t)).toArray()
        : tokens;
  }

  /** What a decoder is to write: a text with the stop token after it, or tokens as they are. */
  static int[] written(Model model, Object value) {
    return value instanceof String text
        ? ended(model, tokenizer(model).encode(text))
        : tokens(model, value);
  }

  static Tokenizer tokenizer(Model model) {
    return model
        .tokenizer()
        .orElseThrow(() ->
            Diagnostic.of(
                    Code.INPUT, "`" + model.name() + "` has no tokenizer, so it takes no text")
                .help("give tokens, `[1, 2, 3]`, or load the model from a folder that has one")
                .raise());
  }
}
