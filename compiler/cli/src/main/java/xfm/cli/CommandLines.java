package xfm.cli;

import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
import xfm.cli.host.Exit;
import xfm.cli.host.Failures;
import xfm.cli.host.Session;
import xfm.cli.host.World;

/** Reads a command line, runs its command, and turns every outcome into an exit code. */
public final class CommandLines {
  private final World world;
  private final CommandLine commands;

  /** All commands, over the given streams and environment. */
  public CommandLines(World world) {
    this(world, (options, arguments) -> Session.open(world, options, arguments));
  }

  /** The same, over another way to start the language. */
  CommandLines(World world, Sessions sessions) {
    this.world = world;
    var ansi = world.colourOnOut() ? Help.Ansi.ON : Help.Ansi.OFF;
    commands =
        new CommandLine(new Xfm(world, sessions))
            .setExpandAtFiles(false) // a prompt may begin with @
            .setOverwrittenOptionsAllowed(false)
            .setUsageHelpAutoWidth(false)
            .setUsageHelpWidth(Math.clamp(world.terminals().columns().orElse(100), 60, 100))
            .setColorScheme(Help.defaultColorScheme(ansi))
            .setOut(new PrintWriter(world.out(), true))
            .setErr(new PrintWriter(world.err(), true))
            .setParameterExceptionHandler((e, arguments) -> wrongUsage(e))
            .setExecutionExceptionHandler((e, command, parsed) -> new Failures(world).report(e));
    commands.getSubcommands().get("run").setStopAtPositional(true); // the rest is the script's
    commands
        .getSubcommands()
        .forEach((name, command) -> {
          CommandSpec spec = command.getCommandSpec();
          if (!Xfm.RUNNING.contains(name)) {
            spec.remove(spec.findOption("--memory"));
            if (!name.equals("doctor")) {
              spec.remove(spec.findOption("--threads"));
            }
          }
        });
  }

  /** Runs one command line and returns its exit code; throws nothing. */
  public int execute(String... arguments) {
    try {
      return commands.execute(asked(arguments));
    } catch (Throwable e) { // picocli hands over exceptions only, not errors
      return new Failures(world).report(e);
    }
  }

  /** {@code xfm help} and {@code xfm help check} are what one tries first. */
  private static String[] asked(String... arguments) {
    boolean help = arguments.length > 0 && arguments.length < 3 && arguments[0].equals("help");
    return !help
        ? arguments
        : arguments.length == 1 ? new String[] {"--help"} : new String[] {arguments[1], "--help"};
  }

  private int wrongUsage(ParameterException e) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    var err = command.getErr();
    err.println("error: " + message(e, command));
    nearest(e).ifPresent(near -> err.println("did you mean `" + near + "`?"));
    err.print(command.getHelp().synopsisHeading());
    err.print(command.getHelp().synopsis(command.getHelp().synopsisHeadingLength()));
    err.println("Try '" + name + " --help'.");
    err.flush();
    return Exit.USAGE;
  }

  private static String message(ParameterException e, CommandLine command) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      String first = unmatched.getUnmatched().getFirst();
      if (first.startsWith("-")) {
        return "there is no option '" + first + "'";
      }
      if (command.getParent() == null) {
        return "there is no command '" + first + "'";
      }
    }
    return e.getMessage().replaceFirst("^Error: ", "");
  }

  /** The option or command that was meant, if one begins alike or holds the word. */
  private static Optional<String> nearest(ParameterException e) {
    if (!(e instanceof UnmatchedArgumentException unmatched)) {
      return Optional.empty();
    }
    String wrong = unmatched.getUnmatched().getFirst();
    String start = wrong.substring(0, Math.min(wrong.length(), wrong.startsWith("--") ? 3 : 1));
    return unmatched.getSuggestions().stream()
        .map(s -> s.substring(s.lastIndexOf(' ') + 1))
        .filter(s -> s.startsWith(start) || s.contains(wrong))
        .findFirst();
  }
}
