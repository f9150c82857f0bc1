package xfm.cli.host;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The file that a person sends us when xfm itself fails. */
final class BugReport {
  private BugReport() {}

  /** Writes it to the state folder, or where that cannot be written to, the temporary folder. */
  static Optional<Path> write(World world, Throwable failure) {
    for (Path folder :
        List.of(world.stateFolder(), Path.of(System.getProperty("java.io.tmpdir")))) {
      try {
        Files.createDirectories(folder);
        Path file = Files.createTempFile(folder, "bug-", ".txt");
        try (var writer = new PrintWriter(Files.newBufferedWriter(file))) {
          writer.println("xfm " + Version.xfm());
          writer.println("Java " + Version.java());
          writer.println(Version.system());
          writer.println("command: " + String.join(" ", world.commandLine()));
          failure.printStackTrace(writer);
        }
        return Optional.of(file);
      } catch (IOException e) {
        // The next folder, or none: the message to the user says so.
      }
    }
    return Optional.empty();
  }
}
