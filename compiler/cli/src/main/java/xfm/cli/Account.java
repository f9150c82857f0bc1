package xfm.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import xfm.cli.host.Session;

/** {@code xfm account FILE.xfm#model}. */
@Command(
    name = "account",
    description =
        "Count parameters, operations and memory, down to each weight; of several models, side by "
            + "side. Allocates nothing.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  xfm account my.xfm#gpt",
      "  xfm account my.xfm#gpt --set d=12288 heads=96 layers=96 context=2048 --json",
      "  xfm account my.xfm#translate --length n=512 m=128",
      "  xfm account my.xfm#gpt other.xfm --length 512"
    })
final class Account implements Runnable {
  @ParentCommand private Xfm xfm;

  @Parameters(
      paramLabel = "FILE#MODEL",
      arity = "1..*",
      description = "The model, or its folder; several are compared.")
  private List<String> targets;

  @Mixin private ModelOptions options = new ModelOptions();

  @Option(names = "--json", description = "Print the account as JSON.")
  private boolean json;

  @Override
  public void run() {
    try (Session session = xfm.session()) {
      Text.print(
          xfm.world().out(),
          session
              .tool()
              .account(targets, options.program(), options.settings(), options.lengths(), json));
    }
  }
}
