package xfm.runtime.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Looks into folders that are said to hold a model. */
public final class Folders {
  private static final int SHOWN = 12;

  private Folders() {}

  /**
   * The names of what is in a folder, sorted.
   *
   * @throws FormatException if it is missing, no folder or not readable
   */
  public static List<String> names(Path folder) {
    if (Files.isRegularFile(folder)) {
      throw new FormatException(
          folder,
          "",
          "this is a file, and the folder of a model is wanted",
          "",
          "give the folder that holds it");
    }
    if (!Files.isDirectory(folder)) {
      throw new FormatException(folder, "", "there is no such folder", "", "");
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException failure) {
      throw Inputs.unreadable(folder, failure);
    }
  }

  /** The names for a message: {@code it holds a, b and 3 more}. */
  public static String describe(List<String> names) {
    if (names.isEmpty()) {
      return "the folder is empty";
    }
    String first = String.join(", ", names.subList(0, Math.min(names.size(), SHOWN)));
    return "the folder holds "
        + first
        + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "");
  }
}
