package xfm.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;
import xfm.cli.host.Session;
import xfm.cli.repl.Repl;

/** {@code xfm repl}. */
@Command(
    name = "repl",
    description = "Type statements and see their values. Reads plain lines from a pipe or a file.",
    footerHeading = "%nExamples:%n",
    footer = {"  xfm repl", "  echo 'print(1 + 2)' | xfm repl"})
final class ReplCommand implements Callable<Integer> {
  @ParentCommand private Xfm xfm;

  @Override
  public Integer call() throws IOException {
    try (Session session = xfm.computing(List.of())) {
      return new Repl(xfm.world(), session).run();
    }
  }
}
