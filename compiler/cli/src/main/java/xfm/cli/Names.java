package xfm.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import xfm.cli.host.Session;

/** {@code xfm names MODEL}. */
@Command(
    name = "names",
    description =
        "List the tensors in a model's folder with their shapes, the weights that they become, and "
            + "its config.json: what a checkpoint section speaks of. For a model in FILE that does not "
            + "read the folder yet, propose the section.",
    footerHeading = "%nExamples:%n",
    footer = {"  xfm names llama", "  xfm names my-model --xfm my.xfm"})
final class Names implements Runnable {
  @ParentCommand private Xfm xfm;

  @Parameters(paramLabel = "MODEL", description = "A folder in Hugging Face's layout.")
  private String model;

  @Option(
      names = "--xfm",
      paramLabel = "FILE",
      description = "The .xfm file that declares the model, in place of the standard library's.")
  private String program = "";

  @Override
  public void run() {
    try (Session session = xfm.session()) {
      Text.print(xfm.world().out(), session.tool().names(model, program));
    }
  }
}
