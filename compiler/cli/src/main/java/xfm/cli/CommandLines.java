package xfm.cli;

import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
import xfm.cli.host.Exit;
import xfm.cli.host.Failures;
import xfm.cli.host.World;

/** Reads a command line, runs its command, and turns every outcome into an exit code. */
public final class CommandLines {
  private final World world;
  private final CommandLine commands;

  /** All commands, over the given streams and environment. */
  public CommandLines(World world) {
    this.world = world;
    var ansi = world.colourOnOut() ? Help.Ansi.ON : Help.Ansi.OFF;
    commands =
        new CommandLine(new Xfm(world))
            .setExpandAtFiles(false) // a prompt may begin with @
            .setOverwrittenOptionsAllowed(false)
            .setUsageHelpAutoWidth(false)
            .setUsageHelpWidth(Math.clamp(world.terminals().columns().orElse(100), 60, 100))
            .setColorScheme(Help.defaultColorScheme(ansi))
            .setOut(new java.io.PrintWriter(world.out(), true))
            .setErr(new java.io.PrintWriter(world.err(), true))
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
    world.err().println("error: " + e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, command.getErr());
    command.getErr().print(command.getHelp().synopsisHeading() + usageLine(command));
    command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return Exit.USAGE;
  }

  private static String usageLine(CommandLine command) {
    return "Usage: " + command.getHelp().synopsis("Usage: ".length());
  }
}
