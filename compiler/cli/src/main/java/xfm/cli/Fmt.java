package xfm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import xfm.cli.host.Exit;
import xfm.cli.host.Session;
import xfm.cli.host.Tool;

/** {@code xfm fmt FILE...}. */
@Command(
    name = "fmt",
    description = "Lay out programs in the one true way, in place. Comments are kept.",
    footerHeading = "%nExamples:%n",
    footer = {"  xfm fmt my.xfm", "  xfm fmt --check *.xfm"})
final class Fmt implements Callable<Integer> {
  @ParentCommand private Xfm xfm;

  @Option(names = "--check", description = "Change nothing; name what would change, and exit 1.")
  private boolean check;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "The programs.")
  private List<String> files;

  @Override
  public Integer call() throws IOException {
    boolean dirty = false;
    try (Session session = xfm.session()) {
      Tool tool = session.tool();
      for (String file : files) {
        Tool.Formatted formatted = tool.format(file);
        if (formatted.changed()) {
          dirty = true;
          xfm.world().err().println((check ? "would change " : "formatted ") + file);
          if (!check) {
            replace(Path.of(file).toRealPath(), formatted.text());
          }
        }
      }
    }
    return check && dirty ? Exit.USER : Exit.FINE;
  }

  /** Writes a copy and moves it into place, so that a full disk costs nobody a program. */
  private static void replace(Path file, String text) throws IOException {
    Path copy = file.resolveSibling("." + file.getFileName() + ".new");
    try {
      Files.copy(
          file, copy, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
      Files.writeString(copy, text);
      Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(copy);
    }
  }
}
