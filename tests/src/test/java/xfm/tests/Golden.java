package xfm.tests;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.compiler.ir.Graph;
import xfm.compiler.program.Model;
import xfm.compiler.program.Program;
import xfm.runtime.io.Json;
import xfm.runtime.io.JsonValue;
import xfm.runtime.io.Npy;
import xfm.runtime.tensor.Tensor;

/**
 * A small published model with random weights, and what {@code transformers} computes with it.
 *
 * @param layers of the decoder, or of the only stack
 * @param embedded the path of what enters the first layer
 * @param last the path of what leaves the last one, or the norm after it
 */
record Golden(String name, int layers, String embedded, String last) {
  private static final Path FOLDER = Checkout.ROOT.resolve("tests/src/test/resources/goldens");

  /** Models whose last value of {@code x} comes from a norm of its own. */
  private static Golden normed(String name, int layers) {
    return new Golden(name, layers, "x@1", "x");
  }

  /** Models with a norm on the embeddings, and none after the last layer. */
  private static Golden post(String name, int layers, String stack) {
    return new Golden(name, layers, "x@2", stack + "[" + (layers - 1) + "].x");
  }

  static List<Golden> all() {
    return List.of(
        normed("gpt2", 3),
        normed("llama", 3),
        normed("llama3-rope", 2),
        normed("mistral", 3),
        normed("mixtral", 2),
        normed("qwen2", 2),
        normed("qwen3", 2),
        normed("gemma", 2),
        normed("gemma2", 4),
        normed("phi", 2),
        normed("gpt_neox", 2),
        normed("opt", 2),
        new Golden("bloom", 2, "x@2", "x"),
        post("bert", 3, "layer"),
        post("roberta", 2, "layer"),
        post("distilbert", 2, "layer"),
        normed("t5", 2),
        post("bart", 2, "decoder.layer"));
  }

  @Override
  public String toString() {
    return name;
  }

  Path folder() {
    return FOLDER.resolve(name);
  }

  Model open() {
    return Program.find(folder(), Optional.empty());
  }

  JsonValue.Obj json() {
    return Json.readObject(folder().resolve("golden.json"));
  }

  /** A path of the model for each kind of file. */
  Map<String, String> seen(Model model) {
    boolean both = model.graph().inputs().size() == 2;
    String stack = both ? "decoder.layer" : "layer";
    Map<String, String> paths = new LinkedHashMap<>();
    paths.put(embedded, "hidden.0");
    paths.put(last, "hidden." + layers);
    for (int l = 0; l < layers; l++) {
      String layer = stack + "[" + l + "]";
      paths.put(layer + ".attention.pattern", "attention." + l);
      if (both) {
        paths.put(layer + ".cross.pattern", "cross_attention." + l);
      }
      if (l < layers - 1) {
        paths.put(layer + ".x", "hidden." + (l + 1));
      }
    }
    if (both) {
      paths.put(last.equals("x") ? "e" : "encoder.layer[" + (layers - 1) + "].x", "encoder_last");
    }
    return paths;
  }

  /**
   * A sequence of golden.json; the one of a single token has no continuation.
   *
   * @param tokens for each input of tokens, in order
   */
  record Sequence(Path folder, int number, List<int[]> tokens, Optional<int[]> greedy) {
    Tensor expected(String what) {
      return Npy.read(folder.resolve(number + "." + what + ".npy"));
    }

    Map<String, Tensor> inputs(Model model) {
      Map<String, Tensor> inputs = new LinkedHashMap<>();
      List<Graph.Input> names = model.graph().inputs();
      for (int i = 0; i < tokens.size(); i++) {
        inputs.put(names.get(i).name(), Tensor.ofInts(tokens.get(i), tokens.get(i).length));
      }
      return inputs;
    }
  }

  List<Sequence> sequences() {
    var sequences = new ArrayList<Sequence>();
    for (JsonValue each : ((JsonValue.Arr) json().find("sequences").orElseThrow()).items()) {
      var object = (JsonValue.Obj) each;
      List<int[]> tokens = new ArrayList<>();
      tokens.add(ints(object.find("tokens").orElseThrow()));
      object.find("decoder_tokens").ifPresent(t -> tokens.add(ints(t)));
      sequences.add(
          new Sequence(
              folder(), sequences.size(), tokens, object.find("greedy").map(Golden::ints)));
    }
    return sequences;
  }

  static int[] ints(JsonValue list) {
    return ((JsonValue.Arr) list)
        .items().stream().mapToInt(v -> ((JsonValue.Int) v).value().intValueExact()).toArray();
  }
}
