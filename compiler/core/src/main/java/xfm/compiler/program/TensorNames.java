package xfm.compiler.program;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import xfm.compiler.account.Columns;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.runtime.io.Checkpoint;
import xfm.runtime.io.Json;
import xfm.runtime.io.JsonValue;
import xfm.runtime.io.Printable;
import xfm.runtime.tensor.Shapes;

/**
 * What a folder in Hugging Face's layout holds, for writing the checkpoint section that reads it:
 * its tensors, those of all layers in one line, the weight that each becomes in the model that
 * reads it already, and what its config.json says. Where a file with a model is given that does not
 * read it yet, a section that might.
 */
public final class TensorNames {
  private static final int LONGEST_VALUE = 60;

  /** Tensors of one shape whose names differ in numbers alone. */
  private record Kind(String pattern, String shape, String type) {}

  private final Checkpoint files;
  private final Map<String, List<String>> weights = new LinkedHashMap<>();
  private String reader = "";
  private String proposal = "";

  private TensorNames(Path folder, Optional<Path> xfm) {
    files = Checkpoint.open(folder);
    try (Model model = Program.find(folder, xfm)) {
      model
          .names(files)
          .forEach((weight, tensors) ->
              tensors.forEach(t -> weights.computeIfAbsent(t, _ -> new ArrayList<>()).add(weight)));
      reader = "the model `" + model.name() + "` reads them";
    } catch (XfmException e) {
      if (xfm.isPresent() && Program.namesTensors(folder, xfm.get())) {
        throw e; // a section that is written: all that does not fit
      }
      reader =
          "no model reads them yet: "
              + e.diagnostics().stream().map(Diagnostic::message).findFirst().orElseThrow();
      if (xfm.isPresent() && Files.exists(folder.resolve("config.json"))) {
        proposal =
            "\nto be read line by line, mended and pasted into "
                + xfm.get().getFileName()
                + "; what is in doubt has a ?\n\n"
                + Program.proposal(folder, xfm.get(), files);
      }
    }
  }

  /**
   * A table of the tensors, and a list of the keys.
   *
   * @param xfm the file that declares the model, in place of the standard library's
   * @throws xfm.runtime.io.FormatException if the folder holds no weights that can be read
   * @throws XfmException if the file has a section for the folder that names tensors, and does not
   *     fit
   */
  public static String of(Path folder, Optional<Path> xfm) {
    TensorNames names = new TensorNames(folder, xfm);
    return names.text() + config(folder.resolve("config.json")) + names.proposal;
  }

  private String text() {
    Map<Kind, List<String>> kinds = new LinkedHashMap<>();
    for (String name : files.names()) {
      Kind kind =
          new Kind(numberless(name), Shapes.text(files.shape(name)), files.dtype(name).name());
      kinds.computeIfAbsent(kind, k -> new ArrayList<>()).add(name);
    }
    Columns table = new Columns("<<<><");
    table.line("tensor", "shape", "type", "×", "weight");
    kinds.forEach((kind, names) ->
        table.line(
            Printable.quote(names.size() == 1 ? names.getFirst() : kind.pattern()),
            kind.shape(),
            kind.type(),
            Integer.toString(names.size()),
            weights(names)));
    return files.names().size() + " tensors; " + reader + "\n\n" + table.text();
  }

  /** The weights that the first of some tensors becomes, numberless if there are several. */
  private String weights(List<String> names) {
    return weights.getOrDefault(names.getFirst(), List.of()).stream()
        .map(path -> names.size() == 1 ? path : path.replaceFirst("\\[\\d+]", "[l]"))
        .collect(Collectors.joining(", "));
  }

  /** {@code h.{l}.attn}: the number of a layer, as a checkpoint section writes it. */
  private static String numberless(String name) {
    String number = "(?<=^|\\.)\\d+(?=\\.|$)";
    return name.replaceFirst(number, "{l}").replaceAll(number, "{e}");
  }

  private static String config(Path file) {
    if (!Files.exists(file)) {
      return "\nthere is no config.json\n";
    }
    StringBuilder text = new StringBuilder("\nconfig.json\n");
    Json.readObject(file)
        .members()
        .forEach((key, value) ->
            text.append("  ")
                .append(Printable.quote(key))
                .append(" = ")
                .append(shortened(value))
                .append('\n'));
    return text.toString();
  }

  private static String shortened(JsonValue value) {
    String text = Json.write(value);
    return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + " …";
  }
}
