package xfm.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Help;
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
    this(world, (threads, arguments) -> Session.open(world, threads, arguments));
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
  }

  /** Runs one command line and returns its exit code; throws nothing. */
  public int execute(String... arguments) {
    try {
      return commands.execute(arguments);
    } catch (Throwable e) { // picocli hands over exceptions only, not errors
      return new Failures(world).report(e);
    }
  }

  private int wrongUsage(ParameterException e) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    var err = command.getErr();
    err.println("error: " + message(e, command));
    UnmatchedArgumentException.printSuggestions(e, err);
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
}
