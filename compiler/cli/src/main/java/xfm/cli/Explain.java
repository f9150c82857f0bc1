package xfm.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import xfm.cli.host.Session;

/** {@code xfm explain [CODE]}. */
@Command(
    name = "explain",
    description = "What the word in error[word] means, with a wrong program and its mend.",
    footerHeading = "%nExamples:%n",
    footer = {"  xfm explain", "  xfm explain shape"})
final class Explain implements Runnable {
  @ParentCommand private Xfm xfm;

  @Parameters(
      paramLabel = "CODE",
      arity = "0..1",
      description = "The word; without it, the list of all.")
  private String code = "";

  @Override
  public void run() {
    try (Session session = xfm.session()) {
      Text.print(xfm.world().out(), session.tool().explain(code));
    }
  }
}
