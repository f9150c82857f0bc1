package xfm.tests.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A folder with the real launcher in it, and around it a machine of our making: the PATH holds only
 * the tools that the script uses, and the folders where JDKs are looked for are below {@code
 * system}.
 */
final class FakeCheckout {
  private static final List<String> TOOLS =
      List.of(
          "awk",
          "cat",
          "dirname",
          "find",
          "grep",
          "head",
          "mkdir",
          "mkfifo",
          "mv",
          "readlink",
          "rm",
          "sh",
          "sleep",
          "stty",
          "tail");

  final Path root;
  final Path system;
  final Path path;
  final Map<String, String> environment = new LinkedHashMap<>();

  /** What a run of the launcher did. */
  record Outcome(int code, String out, String err) {}

  /**
   * The launcher's filter of standard error may write a little later than the launcher ends, and
   * Java drops what a process's children write after its end: so this one ends with the filter.
   */
  private static final String TO_THE_END =
      """
      exec 4>&1
      code=$({ { "$@" 3>&- 4>&- 5>&-; echo $? >&5; } 2>&1 >&4 | /bin/cat >&2; } 5>&1)
      exit "$code"
      """;

  FakeCheckout(Path folder) throws IOException {
    root = Files.createDirectories(folder.resolve("check out")); // the space is on purpose
    system = Files.createDirectories(folder.resolve("system"));
    path = Files.createDirectories(folder.resolve("bin"));
    for (String tool : TOOLS) {
      Files.createSymbolicLink(path.resolve(tool), find(tool));
    }
    Files.copy(Path.of("..", "xfm"), root.resolve("xfm"));
    executable(root.resolve("xfm"));
    for (String module : List.of("grammar", "runtime", "stdlib", "compiler/cli")) {
      Files.createDirectories(root.resolve(module));
    }
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    script(
        root.resolve("mvnw"),
        """
        echo "$JAVA_HOME: $*" >>"%s/maven.log"
        for word; do
          case $word in -Dxfm.lib=*) mkdir -p "${word#-Dxfm.lib=}" ;; esac
        done
        echo '[INFO] Building xfm-runtime 0.1.0                [1/2]'
        """
            .formatted(root));
    environment.put("PATH", path.toString());
    environment.put("HOME", folder.resolve("home").toString());
    environment.put("TMPDIR", folder.toString());
    environment.put("XFM_JDK_ROOT", system.toString());
    environment.put("LC_ALL", "C.UTF-8");
  }

  private static Path find(String tool) {
    for (String folder : System.getenv("PATH").split(":")) {
      Path file = Path.of(folder, tool);
      if (Files.isExecutable(file)) {
        return file;
      }
    }
    throw new IllegalStateException("this machine has no " + tool);
  }

  /** A JDK whose {@code java} prints its arguments, one a line. */
  Path jdk(String folder, String version) throws IOException {
    return jdk(folder, version, "printf '%s\\n' \"$@\"");
  }

  /** A JDK whose {@code java} is a shell script. */
  Path jdk(String folder, String version, String java) throws IOException {
    Path home = Files.createDirectories(system.resolve(folder));
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"A\"\nJAVA_VERSION=\"" + version + "\"\n");
    script(home.resolve("bin/java"), java);
    script(home.resolve("bin/javac"), "exit 1");
    return home;
  }

  static void script(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + text);
    executable(file);
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Makes a source look as if it had been edited {@code seconds} from now. */
  void edit(String source, int seconds) throws IOException {
    Path file = root.resolve(source);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "edited");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(seconds)));
  }

  /** How often the launcher has called Maven. */
  long builds() throws IOException {
    Path log = root.resolve("maven.log");
    return Files.exists(log) ? Files.readAllLines(log).size() : 0;
  }

  Outcome run(String... arguments) {
    return start(root.resolve("xfm"), arguments);
  }

  Outcome start(Path launcher, String... arguments) {
    var command = new ArrayList<String>(List.of("/bin/sh", "-c", TO_THE_END, "sh"));
    command.add(launcher.toString());
    command.addAll(List.of(arguments));
    try {
      var builder = new ProcessBuilder(command).directory(system.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      byte[] out = process.getInputStream().readAllBytes();
      byte[] err = process.getErrorStream().readAllBytes();
      return new Outcome(
          process.waitFor(),
          new String(out, StandardCharsets.UTF_8),
          new String(err, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
