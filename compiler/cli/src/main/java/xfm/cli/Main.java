package xfm.cli;

import java.nio.file.Path;
import java.util.List;
import xfm.cli.host.Standard;
import xfm.cli.host.Terminals;
import xfm.cli.host.World;

/** Where the process starts. */
public final class Main {
  private Main() {}

  /** Runs one command line, and ends the process with its exit code. */
  public static void main(String[] arguments) {
    StandardError.restore();
    var err = Standard.error();
    String streams = System.getProperty("xfm.terminals", "unknown");
    var terminals =
        streams.equals("unknown")
            ? Terminals.guessed()
            : Terminals.of(streams, System.getProperty("xfm.columns", ""));
    var world =
        new World(
            System.in,
            Standard.output(err),
            err,
            terminals,
            System.getenv(),
            List.of(arguments),
            Path.of(System.getProperty("user.home")));
    System.exit(new CommandLines(world).execute(arguments));
  }
}
