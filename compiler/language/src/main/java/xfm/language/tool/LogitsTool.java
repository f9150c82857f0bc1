package xfm.language.tool;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Graph;
import xfm.compiler.program.Model;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.model.ModelInputs;
import xfm.language.model.ModelValue;
import xfm.language.model.Runs;
import xfm.language.value.Sequence;
import xfm.language.value.TensorValue;
import xfm.language.value.Values;
import xfm.language.value.XfmRecord;
import xfm.runtime.io.Npy;
import xfm.runtime.tensor.Shapes;
import xfm.runtime.tensor.Tensor;

/**
 * {@code logits(folder, tokens, decoderTokens, xfm, see, out, {x: "x.npy"})}: runs a model and
 * writes its first result to {@code out}, and each seen path beside it; gives a summary. Tokens are
 * a list of sequences; of more than one, each has files of its own, {@code out.0.npy} and so on.
 */
final class LogitsTool extends Builtin {
  LogitsTool() {
    super(
        Signature.of(
            "logits",
            Parameter.required("folder", Kind.TEXT),
            Parameter.required("tokens", Kind.LIST),
            Parameter.required("decoder_tokens", Kind.LIST),
            Parameter.required("xfm", Kind.TEXT),
            Parameter.required("see", Kind.LIST),
            Parameter.required("out", Kind.TEXT),
            Parameter.required("inputs", Kind.ANY)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    Path out = context.files().target(arguments.text(5), null);
    if (!out.toString().endsWith(".npy")) {
      throw Diagnostic.of(Code.CALL, "the file for the logits ends in .npy").raise();
    }
    Set<String> see = new LinkedHashSet<>();
    Sequence paths = arguments.list(4);
    for (long i = 0; i < paths.size(); i++) {
      see.add(String.valueOf(paths.get(i)));
    }
    try (Model model = Models.find(context, arguments.text(0), arguments.text(3))) {
      List<Map<String, Tensor>> batch = batch(context, model, arguments);
      List<Map<String, Tensor>> results =
          new ModelValue(model).run(context, batch, see, Runs.cancellation(null));
      StringBuilder summary = new StringBuilder();
      String first = model.graph().results().firstEntry().getKey();
      for (int s = 0; s < batch.size(); s++) {
        Path own = batch.size() == 1 ? out : beside(out, Integer.toString(s));
        write(own, results.get(s).get(first), first, summary);
        for (String path : see) {
          write(beside(own, path), results.get(s).get(path), path, summary);
        }
      }
      return summary.toString();
    }
  }

  private static List<Map<String, Tensor>> batch(
      XfmContext context, Model model, Arguments arguments) {
    Sequence tokens = arguments.list(1);
    Sequence decoderTokens = arguments.list(2);
    if (tokens.size() > 0 && decoderTokens.size() > 0 && tokens.size() != decoderTokens.size()) {
      throw Diagnostic.of(
              Code.INPUT,
              "--tokens gives "
                  + sequences(tokens.size())
                  + ", and --decoder-tokens "
                  + decoderTokens.size())
          .help("give as many of both")
          .raise();
    }
    long size = Math.max(1, Math.max(tokens.size(), decoderTokens.size()));
    Map<String, Tensor> read = files(context, model, arguments);
    if (size > 1 && !read.isEmpty()) {
      throw Diagnostic.of(
              Code.INPUT, "--input gives one sequence, and the tokens are " + sequences(size))
          .help("run them one by one")
          .raise();
    }
    List<Map<String, Tensor>> batch = new ArrayList<>();
    for (long s = 0; s < size; s++) {
      List<Optional<Object>> own = List.of(at(tokens, s), at(decoderTokens, s));
      batch.add(inputs(model, read, own));
    }
    return batch;
  }

  private static Optional<Object> at(Sequence list, long place) {
    return place < list.size() ? Optional.of(list.get(place)) : Optional.empty();
  }

  private static String sequences(long count) {
    return count == 1 ? "1 sequence" : count + " sequences";
  }

  private static Map<String, Tensor> files(XfmContext context, Model model, Arguments arguments) {
    SequencedMap<String, Object> read = new LinkedHashMap<>();
    Values.record(arguments.get(6))
        .ifPresent(files ->
            files
                .fields()
                .forEach((name, file) -> {
                  Path path = context.files().path(String.valueOf(file), null);
                  read.put(name, TensorValue.of(Npy.read(path)));
                }));
    return ModelInputs.of(model, new XfmRecord(read));
  }

  /** The tokens go to the inputs of tokens in their order; others are files, by name. */
  private static Map<String, Tensor> inputs(
      Model model, Map<String, Tensor> files, List<Optional<Object>> given) {
    Map<String, Tensor> inputs = new LinkedHashMap<>(files);
    List<Graph.Input> free =
        model.graph().inputs().stream()
            .filter(i -> i.below().isPresent() && i.value().shape().size() == 1)
            .filter(i -> !inputs.containsKey(i.name()))
            .toList();
    int next = 0;
    for (int p = 0; p < given.size(); p++) {
      if (given.get(p).isPresent()) {
        if (next == free.size()) {
          throw tooMany(model, free.size(), p == 0 ? "--tokens" : "--decoder-tokens");
        }
        int[] tokens = ModelInputs.tokens(model, given.get(p).get());
        inputs.put(free.get(next++).name(), Tensor.ofInts(tokens, tokens.length));
      }
    }
    return inputs;
  }

  private static XfmException tooMany(Model model, int inputs, String option) {
    return Diagnostic.of(
            Code.INPUT,
            "`"
                + model.name()
                + "` has "
                + inputs
                + " input"
                + (inputs == 1 ? "" : "s")
                + " of tokens, and "
                + option
                + " is one list too many")
        .help("leave it out")
        .raise();
  }

  private static void write(Path file, Tensor tensor, String name, StringBuilder summary) {
    Npy.write(file, tensor);
    summary
        .append(name)
        .append(' ')
        .append(Shapes.text(tensor.shape()))
        .append(" -> ")
        .append(file.getFileName())
        .append('\n');
  }

  /** {@code out.npy} and {@code layer[0].h} make {@code out.layer[0].h.npy}. */
  private static Path beside(Path out, String path) {
    String name = out.getFileName().toString();
    String stem = name.substring(0, name.length() - ".npy".length());
    return out.resolveSibling(stem + "." + path + ".npy");
  }
}
