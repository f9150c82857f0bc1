package xfm.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Stack;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import xfm.cli.host.Session;

/** {@code xfm account FILE.xfm#model}. */
@Command(
    name = "account",
    description =
        "Count parameters, operations and memory, down to each weight. Allocates nothing.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  xfm account my.xfm#gpt",
      "  xfm account my.xfm#gpt --set d=12288 heads=96 layers=96 context=2048 --json"
    })
final class Account implements Runnable {
  @ParentCommand private Xfm xfm;

  @Parameters(paramLabel = "FILE#MODEL", description = "The model, or its folder.")
  private String target;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      arity = "1..*",
      parameterConsumer = Settings.class,
      description = "Sizes that replace the model's own. May be repeated.")
  private List<String> settings = new ArrayList<>();

  @Option(names = "--json", description = "Print the account as JSON.")
  private boolean json;

  @Override
  public void run() {
    try (Session session = xfm.session()) {
      Text.print(xfm.world().out(), session.tool().account(target, settings, json));
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
