package xfm.cli.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyArray;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;

/**
 * The functions that the language offers to its command line, with Java's types.
 *
 * <p>Mistakes of the user come out as guest exceptions whose message is already rendered.
 */
public final class Tool {
  private final Value members;

  Tool(Value members) {
    this.members = members;
  }

  /**
   * What a check found.
   *
   * @param errors how many errors
   * @param json the diagnostics as a JSON document
   * @param text the diagnostics for a person; blank if there are none
   * @param more the code of an error that {@link #explain} says more about; blank if of none
   */
  public record Checked(long errors, String json, String text, String more) {}

  /** A program in its one true layout. */
  public record Formatted(String text, boolean changed) {}

  /** How much was generated, and how long it took. */
  public record Generated(long tokens, double seconds) {}

  /** Checks the file at {@code path} without running it. */
  public Checked check(String path) {
    Value found = call("check", path);
    return new Checked(
        found.getMember("errors").asLong(),
        found.getMember("json").asString(),
        found.getMember("text").asString(),
        found.getMember("more").asString());
  }

  /** What a code of errors means; of "" the list of all. */
  public String explain(String code) {
    return call("explain", code).asString();
  }

  /** Lays out the file at {@code path}; writes nothing. */
  public Formatted format(String path) {
    Value found = call("format", path);
    return new Formatted(
        found.getMember("text").asString(), found.getMember("changed").asBoolean());
  }

  /**
   * Prints one stage of the compiler.
   *
   * @param stage {@code ast}, {@code graph}, {@code plan} or {@code flat}
   * @param target a file, {@code FILE#model} or a model's folder
   * @param xfm the file that declares the model of a folder, or "" for the standard library's
   * @param settings sizes as {@code name=value}
   * @param lengths for which a plan has numbers; that of "" is for all that are not named
   */
  public String dump(
      String stage, String target, String xfm, List<String> settings, Map<String, Long> lengths) {
    return call("dump", stage, target, xfm, texts(settings), record(lengths)).asString();
  }

  /**
   * Counts parameters, operations and memory of {@code FILE#model}; allocates nothing.
   *
   * @param targets one, or several that are compared
   * @param xfm the file that declares the models of folders, or "" for the standard library's
   * @param settings sizes as {@code name=value}
   * @param lengths for which it is counted, in place of the longest; that of "" is for all that are
   *     not named
   */
  public String account(
      List<String> targets,
      String xfm,
      List<String> settings,
      Map<String, Long> lengths,
      boolean json) {
    return call("account", texts(targets), xfm, texts(settings), record(lengths), json).asString();
  }

  /**
   * Lists the tensors of a model's folder.
   *
   * @param xfm the file that declares the model, or "" for the standard library's
   */
  public String names(String model, String xfm) {
    return call("names", model, xfm).asString();
  }

  /**
   * What {@link #logits} computes.
   *
   * @param model the model's folder
   * @param tokens of each sequence
   * @param decoderTokens what an encoder-decoder's decoder reads, of each sequence, or empty
   * @param inputs .npy files by the names of the inputs that they are given to
   * @param xfm the file that declares the model, or "" to find it by the model's type
   * @param see paths of further tensors to write beside the logits
   * @param out the .npy file to write
   */
  public record LogitsRequest(
      String model,
      List<List<Long>> tokens,
      List<List<Long>> decoderTokens,
      Map<String, String> inputs,
      String xfm,
      List<String> see,
      String out) {}

  /** Writes the logits, and says in a line or two what it wrote. */
  public String logits(LogitsRequest request) {
    return call(
            "logits",
            request.model(),
            lists(request.tokens()),
            lists(request.decoderTokens()),
            request.xfm(),
            texts(request.see()),
            request.out(),
            record(request.inputs()))
        .asString();
  }

  /**
   * Continues a prompt.
   *
   * @param options what was chosen, by the language's names; what is left out has its default
   * @param write is given each piece of text as soon as it is known
   */
  public Generated generate(String model, Map<String, Object> options, Consumer<String> write) {
    var record = new LinkedHashMap<String, Object>(options);
    record.replaceAll((name, value) -> value instanceof List<?> list ? numbers(list) : value);
    ProxyExecutable callback =
        pieces -> {
          write.accept(pieces[0].asString());
          return true;
        };
    Value made = call("generate", model, ProxyObject.fromMap(record), callback);
    return new Generated(made.getMember("tokens").asLong(), made.getMember("seconds").asDouble());
  }

  /** Measures this machine: names and values, in the order in which they are to be shown. */
  public Map<String, String> doctor() {
    Value measured = call("machine");
    var rows = new LinkedHashMap<String, String>();
    for (String name : measured.getMemberKeys()) {
      rows.put(name, plain(measured.getMember(name)));
    }
    return rows;
  }

  private static String plain(Value value) {
    if (value.isNumber() && !value.fitsInLong()) {
      return "%.1f".formatted(value.asDouble());
    }
    return value.isString() ? value.asString() : value.toString();
  }

  private Value call(String name, Object... arguments) {
    return members.getMember(name).execute(arguments);
  }

  private static ProxyObject record(Map<String, ?> members) {
    return ProxyObject.fromMap(new LinkedHashMap<>(members));
  }

  private static ProxyArray texts(List<String> texts) {
    return ProxyArray.fromList(new ArrayList<Object>(texts));
  }

  private static ProxyArray lists(List<List<Long>> lists) {
    return ProxyArray.fromList(lists.stream().<Object>map(Tool::numbers).toList());
  }

  private static ProxyArray numbers(List<?> numbers) {
    return ProxyArray.fromList(new ArrayList<Object>(numbers));
  }
}
