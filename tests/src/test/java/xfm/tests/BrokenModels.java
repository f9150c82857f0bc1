package xfm.tests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import xfm.runtime.io.SafetensorsFile;
import xfm.runtime.io.SafetensorsWriter;
import xfm.runtime.tensor.Tensor;

/** The small GPT-2 with one thing wrong: a folder for each way in which downloads go wrong. */
final class BrokenModels {
  private static final String WEIGHTS = "model.safetensors";
  private static final String CONFIG = "config.json";

  private final Path root;

  private BrokenModels(Path root) {
    this.root = root;
  }

  /** Writes all of them below {@code root}; they are called as the cases that read them. */
  static void write(Path root) throws IOException {
    var broken = new BrokenModels(root);
    broken.tensors("missing-tensor", tensors -> tensors.remove("transformer.h.1.mlp.c_fc.weight"));
    broken.tensors(
        "misnamed-tensor",
        tensors ->
            tensors.put("transformer.ln_f.wieght", tensors.remove("transformer.ln_f.weight")));
    broken.tensors(
        "extra-tensor",
        tensors -> tensors.put("transformer.h.3.ln_1.bias", Tensor.ofFloats(new float[48], 48)));
    broken.tensors(
        "wrong-shape",
        tensors ->
            tensors.put("transformer.wpe.weight", Tensor.ofFloats(new float[63 * 48], 63, 48)));
    broken.tensors(
        "not-finite",
        tensors -> {
          float[] gains = new float[48];
          Arrays.fill(gains, Float.NaN);
          tensors.put("transformer.ln_f.weight", Tensor.ofFloats(gains, 48));
        });
    byte[] whole = Files.readAllBytes(Checkout.GPT2.resolve(WEIGHTS));
    broken.weights("truncated", Arrays.copyOf(whole, 100_000));
    broken.weights("empty", new byte[0]);
    broken.weights(
        "html", bytes("<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head></html>\n"));
    broken.weights(
        "lfs-pointer",
        bytes("version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 374128\n"));
    Files.delete(broken.folder("no-weights").resolve(WEIGHTS));
    Files.delete(broken.folder("no-config").resolve(CONFIG));
    broken.config("unknown-type", text -> text.replace("\"gpt2\"", "\"gpt7\""));
    broken.config("unknown-key", text -> text.replace("{", "{\n  \"rope_theta\": 10000.0,"));
    broken.config("other-activation", text -> text.replace("gelu_new", "relu"));
    broken.config("missing-key", text -> text.replace("  \"n_head\": 4,\n", ""));
    broken.config("heads-do-not-divide", text -> text.replace("\"n_head\": 4", "\"n_head\": 5"));
    broken.config("no-json", text -> text.replace("\"n_layer\": 3,", "\"n_layer\": 3"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Path folder(String name) throws IOException {
    Path folder = Files.createDirectories(root.resolve(name));
    for (String file : new String[] {CONFIG, WEIGHTS}) {
      Files.copy(Checkout.GPT2.resolve(file), folder.resolve(file));
    }
    return folder;
  }

  private void tensors(String name, Consumer<Map<String, Tensor>> change) throws IOException {
    var file = SafetensorsFile.open(Checkout.GPT2.resolve(WEIGHTS));
    var tensors = new LinkedHashMap<>(file.tensors());
    change.accept(tensors);
    SafetensorsWriter.write(folder(name).resolve(WEIGHTS), tensors, file.metadata());
  }

  private void weights(String name, byte[] content) throws IOException {
    Files.write(folder(name).resolve(WEIGHTS), content);
  }

  private void config(String name, UnaryOperator<String> change) throws IOException {
    Path file = folder(name).resolve(CONFIG);
    String text = Files.readString(file);
    String changed = change.apply(text);
    if (changed.equals(text)) {
      throw new AssertionError(name + " changes nothing");
    }
    Files.writeString(file, changed);
  }
}
