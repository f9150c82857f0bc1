package xfm.compiler.program;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Value;
import xfm.runtime.io.FormatException;
import xfm.runtime.io.Json;
import xfm.runtime.io.JsonValue;
import xfm.runtime.io.SafetensorsFile;
import xfm.runtime.io.SafetensorsWriter;
import xfm.runtime.tensor.DType;
import xfm.runtime.tensor.Tensor;

/**
 * The weights of a model in one safetensors file, each tensor under its weight's path. The file's
 * metadata holds the settings that the model was made with.
 */
final class Saved {
  private static final String SETTINGS = "xfm.settings";

  private final Path path;
  private final SafetensorsFile file;
  private final Map<String, Object> settings;

  private Saved(Path path, SafetensorsFile file, Map<String, Object> settings) {
    this.path = path;
    this.file = file;
    this.settings = settings;
  }

  static void write(
      Path path, Graph graph, Map<String, Object> settings, Map<Value, Tensor> weights) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    graph.weights().stream()
        .filter(weight -> !weight.constant())
        .forEach(weight -> tensors.put(weight.value().path(), weights.get(weight.value())));
    Map<String, JsonValue> json = new LinkedHashMap<>();
    settings.forEach((name, value) -> json.put(name, json(value)));
    SafetensorsWriter.write(
        path,
        tensors,
        Map.of("xfm.model", graph.name(), SETTINGS, Json.write(new JsonValue.Obj(json))));
  }

  private static JsonValue json(Object setting) {
    return switch (setting) {
      case Long value -> new JsonValue.Int(value);
      case Double value when Double.isFinite(value) -> new JsonValue.Decimal(value);
      case Boolean value -> new JsonValue.Bool(value);
      default -> new JsonValue.Text(setting.toString());
    };
  }

  /**
   * Reads what a file holds, but not its tensors.
   *
   * @throws XfmException if {@link #write} did not write it
   * @throws FormatException if it is no safetensors file
   */
  static Saved open(Path path) {
    SafetensorsFile file = SafetensorsFile.open(path);
    String settings = file.metadata().get(SETTINGS);
    if (settings == null) {
      throw Diagnostic.of(Code.FILE, path.getFileName() + " was not saved by xfm")
          .help("a published model is loaded by its folder, which holds config.json")
          .raise();
    }
    Map<String, Object> values = new LinkedHashMap<>();
    if (Json.parse(path, settings) instanceof JsonValue.Obj object) {
      object.members().forEach((name, value) -> values.put(name, setting(value, path)));
    } else {
      throw damaged(path);
    }
    return new Saved(path, file, values);
  }

  private static Object setting(JsonValue value, Path path) {
    return switch (value) {
      case JsonValue.Int(BigInteger number) when number.bitLength() < 64 -> number.longValue();
      case JsonValue.Decimal(double number) -> number;
      case JsonValue.Bool(boolean truth) -> truth;
      case JsonValue.Text(String text) ->
          switch (text) {
            case "Infinity", "-Infinity", "NaN" -> Double.parseDouble(text); // not sayable in JSON
            default -> text;
          };
      case JsonValue.Int _, JsonValue.Arr _, JsonValue.Obj _, JsonValue.Null _ ->
          throw damaged(path);
    };
  }

  private static XfmException damaged(Path path) {
    return Diagnostic.of(Code.FILE, "the settings in " + path.getFileName() + " cannot be read")
        .raise();
  }

  Map<String, Object> settings() {
    return settings;
  }

  /** Gives a model its weights; names and shapes must be those of the file. */
  void into(Model model) {
    Set<String> names = new LinkedHashSet<>(file.names());
    List<String> paths =
        model.graph().weights().stream()
            .filter(weight -> !weight.constant())
            .map(weight -> weight.value().path())
            .toList();
    Set<String> missing = new LinkedHashSet<>(paths);
    missing.removeAll(names);
    names.removeAll(paths);
    if (!missing.isEmpty() || !names.isEmpty()) {
      Diagnostic differ =
          Diagnostic.of(
              Code.CHECKPOINT,
              path.getFileName() + " holds other weights than `" + model.name() + "` has");
      differ = missing.isEmpty() ? differ : differ.note("not in the file: " + some(missing));
      differ = names.isEmpty() ? differ : differ.note("only in the file: " + some(names));
      throw differ.raise();
    }
    for (String weight : paths) {
      if (file.dtype(weight) != DType.F32) {
        throw Diagnostic.of(
                Code.CHECKPOINT,
                "`" + weight + "` in " + path.getFileName() + " is " + file.dtype(weight))
            .help("weights are saved as F32")
            .raise();
      }
      model.set(weight, file.tensor(weight));
    }
  }

  private static String some(Set<String> names) {
    String first = names.stream().limit(5).collect(Collectors.joining(", "));
    return names.size() > 5 ? first + " and " + (names.size() - 5) + " more" : first;
  }
}
