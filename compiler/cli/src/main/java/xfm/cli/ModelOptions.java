package xfm.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which model, how large and for how long inputs: for commands that do not run it. */
final class ModelOptions {
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
      arity = "1..*",
      parameterConsumer = Lengths.class,
      description =
          "Count for inputs of length N; NAME=N is for one length: n=512 m=128. May be repeated.")
  private Map<String, Long> lengths = new LinkedHashMap<>();

  @Option(
      names = "--xfm",
      paramLabel = "FILE",
      description =
          "The .xfm file that declares a folder's model, in place of the standard library's.")
  private String program = "";

  /** As {@code name=value}. */
  List<String> settings() {
    return settings;
  }

  /** By their names; that of "" is for all that are not named. */
  Map<String, Long> lengths() {
    return lengths;
  }

  /** The file that declares the model of a folder; "" of none. */
  String program() {
    return program;
  }

  /** Takes words as long as they are settings, so that the model may stand after them. */
  static final class Settings implements IParameterConsumer {
    @Override
    public void consumeParameters(Stack<String> words, ArgSpec set, CommandSpec command) {
      List<String> settings = set.getValue();
      int before = settings.size();
      while (!words.isEmpty() && words.peek().matches("\\w+=.+")) {
        String setting = words.pop();
        String name = setting.substring(0, setting.indexOf('=') + 1);
        if (settings.stream().anyMatch(other -> other.startsWith(name))) {
          throw new ParameterException(
              command.commandLine(), "--set gives " + name + " twice", set, setting);
        }
        settings.add(setting);
      }
      if (settings.size() == before) {
        throw new ParameterException(
            command.commandLine(), "--set needs NAME=VALUE, as in --set d=12288", set, "");
      }
    }
  }

  /** Takes one number, or words as long as they are lengths by name. */
  static final class Lengths implements IParameterConsumer {
    private static final String NAMED = "\\w+=[-+]?[0-9]+";

    @Override
    public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
      Map<String, Long> lengths = option.getValue();
      int before = words.size();
      if (!words.isEmpty() && words.peek().matches("[-+]?[0-9]+")) {
        put(lengths, "", words.pop(), option, command);
      }
      while (!words.isEmpty() && words.peek().matches(NAMED + "(," + NAMED + ")*")) {
        for (String word : words.pop().split(",")) {
          String[] parts = word.split("=");
          put(lengths, parts[0], parts[1], option, command);
        }
      }
      if (words.size() == before) {
        throw new ParameterException(
            command.commandLine(),
            "--length needs numbers, as in --length 512 or --length n=512 m=128",
            option,
            "");
      }
    }

    private static void put(
        Map<String, Long> lengths,
        String name,
        String written,
        ArgSpec option,
        CommandSpec command) {
      if (lengths.put(name, number(written, option, command)) != null) {
        throw new ParameterException(
            command.commandLine(),
            name.isEmpty()
                ? "--length gives two numbers for all lengths; name them, as in n=512 m=128"
                : "--length gives " + name + "= twice",
            option,
            written);
      }
    }

    private static long number(String written, ArgSpec option, CommandSpec command) {
      try {
        long length = Long.parseLong(written);
        if (length >= 1 && length <= Integer.MAX_VALUE) {
          return length;
        }
      } catch (NumberFormatException _) {
        // Too large, as below.
      }
      throw new ParameterException(
          command.commandLine(),
          "--length must be from 1 to " + Integer.MAX_VALUE + ", but is " + written,
          option,
          written);
    }
  }
}
