package xfm.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import xfm.cli.host.Exit;
import xfm.cli.host.Session;
import xfm.cli.host.Tool;

/** {@code xfm check FILE...}. */
@Command(
    name = "check",
    description = "Find the errors of a program (names, sizes, indices) without running it.",
    footerHeading = "%nExamples:%n",
    footer = {"  xfm check my.xfm", "  xfm check --json my.xfm"})
final class Check implements Callable<Integer> {
  @ParentCommand private Xfm xfm;

  @Option(names = "--json", description = "Print the findings as JSON on standard output.")
  private boolean json;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "The programs.")
  private List<String> files;

  @Override
  public Integer call() {
    try (Session session = xfm.session()) {
      Tool tool = session.tool();
      long errors = 0;
      String more = "";
      for (String file : files) {
        Tool.Checked found = tool.check(file);
        errors += found.errors();
        if (json) {
          Text.print(xfm.world().out(), found.json());
        } else {
          Text.print(xfm.world().err(), found.text());
          more = more.isEmpty() ? found.more() : more;
        }
      }
      if (!more.isEmpty()) {
        xfm.world().err().println("\nxfm explain " + more);
      }
      return errors == 0 ? Exit.FINE : Exit.USER;
    }
  }
}
