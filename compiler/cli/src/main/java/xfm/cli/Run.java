package xfm.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.graalvm.polyglot.Source;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import xfm.cli.host.Exit;
import xfm.cli.host.Session;
import xfm.cli.host.UserError;

/** {@code xfm run FILE [ARGUMENT...]}. */
@Command(
    name = "run",
    description = "Run a program from top to bottom.",
    footerHeading = "%nExamples:%n",
    footer = {"  xfm run examples/fluffy.xfm", "  xfm run --threads 4 train.xfm --steps 100"})
final class Run implements Callable<Integer> {
  @ParentCommand private Xfm xfm;

  @Parameters(index = "0", paramLabel = "FILE", description = "The program; - is standard input.")
  private Path file;

  @Parameters(index = "1..*", paramLabel = "ARGUMENT", description = "What the program is given.")
  private List<String> arguments = List.of();

  @Override
  public Integer call() throws IOException {
    try (Session session = xfm.computing(arguments)) {
      session.evaluate(source());
      return Exit.FINE;
    }
  }

  private Source source() throws IOException {
    if (file.toString().equals("-")) {
      String text = new String(xfm.world().in().readAllBytes(), StandardCharsets.UTF_8);
      return Source.newBuilder(Session.LANGUAGE, text, "standard input").build();
    }
    if (Files.isDirectory(file)) {
      throw new UserError(file + ": is a folder; a program is one .xfm file");
    }
    return Source.newBuilder(Session.LANGUAGE, file.toFile()).build();
  }
}
