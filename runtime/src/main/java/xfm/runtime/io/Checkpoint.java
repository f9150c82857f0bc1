package xfm.runtime.io;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import xfm.runtime.tensor.DType;
import xfm.runtime.tensor.Tensor;

/**
 * The weights in a model's folder: {@code model.safetensors}, or the files that {@code
 * model.safetensors.index.json} lists; the single file comes first where both are there. Tensors
 * are read when asked for. May be used by any thread.
 */
public final class Checkpoint {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  /** How many names of a list of problems a message shows. */
  private static final int SHOWN = 10;

  private final Path folder;
  private final LinkedHashMap<String, SafetensorsFile> owners;

  private Checkpoint(Path folder, LinkedHashMap<String, SafetensorsFile> owners) {
    this.folder = folder;
    this.owners = owners;
  }

  /**
   * Opens the weights in {@code folder}.
   *
   * @throws FormatException if there are none, a file of them is missing or broken, or the index
   *     and the files disagree; every disagreement of a kind is reported together
   */
  public static Checkpoint open(Path folder) {
    List<String> names = Folders.names(folder);
    if (names.contains(SINGLE)) {
      return openAll(folder, List.of(folder.resolve(SINGLE)), folder.resolve(SINGLE));
    }
    if (!names.contains(INDEX)) {
      throw nothingToOpen(folder, names);
    }
    Path index = folder.resolve(INDEX);
    Map<String, String> listed = weightMap(index);
    List<Path> shards = new TreeSet<>(listed.values()).stream().map(folder::resolve).toList();
    refuse(
        index,
        "the index lists files that are not there",
        shards.stream().filter(Files::notExists).map(shard -> shard.getFileName().toString()),
        "download the missing files");
    Checkpoint checkpoint = openAll(folder, shards, index);
    checkpoint.compare(index, listed);
    return checkpoint;
  }

  private static Checkpoint openAll(Path folder, List<Path> paths, Path origin) {
    LinkedHashMap<String, SafetensorsFile> owners = new LinkedHashMap<>();
    List<String> twice = new ArrayList<>();
    for (Path path : paths) {
      SafetensorsFile file = SafetensorsFile.open(path);
      for (String name : file.names()) {
        SafetensorsFile other = owners.putIfAbsent(name, file);
        if (other != null) {
          twice.add(
              Printable.quote(name)
                  + " in "
                  + other.path().getFileName()
                  + " and "
                  + path.getFileName());
        }
      }
    }
    refuse(origin, "tensors are in two files", twice.stream(), "save the model again");
    return new Checkpoint(folder, owners);
  }

  /** Tensor to file, from the index. */
  private static Map<String, String> weightMap(Path index) {
    if (!(Json.readObject(index).members().get("weight_map")
        instanceof JsonValue.Obj(Map<String, JsonValue> members))) {
      throw new FormatException(
          index, "", "the index has no weight_map", "an object from tensor to file is needed", "");
    }
    Map<String, String> listed = new LinkedHashMap<>();
    for (Map.Entry<String, JsonValue> member : members.entrySet()) {
      String where = "weight_map, " + Printable.quote(member.getKey());
      if (!(member.getValue() instanceof JsonValue.Text(String file))) {
        throw new FormatException(index, where, "the name of a file was expected here", "", "");
      }
      // A name and nothing else: no separator of any system, no drive, no parent.
      if (!file.matches("[A-Za-z0-9_][A-Za-z0-9._-]*\\.safetensors")) {
        throw new FormatException(
            index,
            where,
            "the index points to " + Printable.quote(file),
            "only .safetensors files in the model's own folder are opened",
            "put all files of the model into one folder");
      }
      listed.put(member.getKey(), file);
    }
    return listed;
  }

  private void compare(Path index, Map<String, String> listed) {
    refuse(
        index,
        "the index lists tensors that are not in the files that it names",
        listed.entrySet().stream()
            .filter(entry -> !entry.getValue().equals(fileOf(entry.getKey())))
            .map(entry -> Printable.quote(entry.getKey()) + " in " + entry.getValue()),
        "download the index and all files of the model from one place");
    refuse(
        index,
        "the files hold tensors that the index does not list",
        owners.keySet().stream().filter(name -> !listed.containsKey(name)).map(Printable::quote),
        "download the index and all files of the model from one place");
  }

  private String fileOf(String name) {
    return owners.containsKey(name) ? owners.get(name).path().getFileName().toString() : "";
  }

  /** One error for all problems of a kind; none if there are none. */
  private static void refuse(Path file, String what, Stream<String> problems, String fix) {
    List<String> all = problems.toList();
    if (!all.isEmpty()) {
      String first = String.join(", ", all.subList(0, Math.min(all.size(), SHOWN)));
      String rest = all.size() > SHOWN ? " and " + (all.size() - SHOWN) + " more" : "";
      throw new FormatException(file, "", what, first + rest, fix);
    }
  }

  private static FormatException nothingToOpen(Path folder, List<String> names) {
    String fix = "";
    if (names.stream().anyMatch(name -> name.matches(".*\\.(bin|pt|pth|ckpt|pkl)"))) {
      fix = "pickled weights are not read, as loading them can run code: " + Foreign.CONVERT;
    } else if (names.stream().anyMatch(name -> name.endsWith(".safetensors"))) {
      fix = "if one of these files holds the whole model, name it " + SINGLE;
    } else if (names.stream().anyMatch(name -> name.matches(".*\\.(gguf|h5|msgpack|onnx)"))) {
      fix = "take the model in the safetensors format";
    }
    return new FormatException(
        folder,
        "",
        "there are no weights in this folder",
        "neither " + SINGLE + " nor " + INDEX + " is there; " + Folders.describe(names),
        fix);
  }

  /** The names of all tensors, file by file in the order of their data. */
  public SequencedSet<String> names() {
    return Collections.unmodifiableSequencedSet(owners.sequencedKeySet());
  }

  /**
   * The type of a tensor's elements, without reading them.
   *
   * @throws FormatException if there is none of that name
   */
  public DType dtype(String name) {
    return owner(name).dtype(name);
  }

  /**
   * The shape of a tensor, without reading its elements.
   *
   * @throws FormatException if there is none of that name
   */
  public long[] shape(String name) {
    return owner(name).shape(name);
  }

  /**
   * Reads a tensor into memory that the garbage collector frees.
   *
   * @throws FormatException if there is none of that name, or its file was changed since it was
   *     opened
   */
  public Tensor tensor(String name) {
    return owner(name).tensor(name);
  }

  /**
   * Reads a tensor into memory of {@code arena}, at a multiple of 64 bytes: for a weight that is
   * packed and then no longer needed.
   *
   * @throws FormatException if there is none of that name, or its file was changed since it was
   *     opened
   */
  public Tensor tensor(String name, Arena arena) {
    return owner(name).tensor(name, arena);
  }

  private SafetensorsFile owner(String name) {
    if (!owners.containsKey(name)) {
      throw new FormatException(
          folder, "", "the model has no tensor " + Printable.quote(name), "", "");
    }
    return owners.get(name);
  }
}
