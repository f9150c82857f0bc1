package xfm.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Stack;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
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
      "  xfm account my.xfm#gpt other.xfm --length 512"
    })
final class Account implements Runnable {
  @ParentCommand private Xfm xfm;

  @Parameters(
      paramLabel = "FILE#MODEL",
      arity = "1..*",
      description = "The model, or its folder; several are compared.")
  private List<String> targets;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      arity = "1..*",
      parameterConsumer = Settings.class,
      description = "Sizes that replace the models' own. May be repeated.")
  private List<String> settings = new ArrayList<>();

  @Option(
      names = "--length",
      paramLabel = "N",
      description = "Compare for texts of N tokens, not of the longest that all models take.")
  private void setLength(long n) {
    if (n < 1) {
      throw new ParameterException(spec.commandLine(), "--length must be 1 or more, but is " + n);
    }
    length = OptionalLong.of(n);
  }

  private OptionalLong length = OptionalLong.empty();

  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Print the account as JSON.")
  private boolean json;

  @Override
  public void run() {
    if (length.isPresent() && targets.size() == 1) {
      throw new ParameterException(
          spec.commandLine(), "--length is for comparing, and there is one model");
    }
    try (Session session = xfm.session()) {
      Text.print(xfm.world().out(), session.tool().account(targets, settings, length, json));
    }
  }

  /** Takes words as long as they are settings, so that the model may stand after them. */
  static final class Settings implements IParameterConsumer {
    @Override
    public void consumeParameters(Stack<String> words, ArgSpec set, CommandSpec command) {
      List<String> settings = set.getValue();
      int before = settings.size();
      while (!words.isEmpty() && words.peek().matches("\\w+=.+")) {
        settings.add(words.pop());
      }
      if (settings.size() == before) {
        throw new ParameterException(
            command.commandLine(), "--set needs NAME=VALUE, as in --set d=12288", set, "");
      }
    }
  }
}
