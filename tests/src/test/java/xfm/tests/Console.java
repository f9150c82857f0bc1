package xfm.tests;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import xfm.cli.CommandLines;
import xfm.cli.host.Session;
import xfm.cli.host.Terminals;
import xfm.cli.host.World;

/** What a command line printed, with no terminal around it. */
record Console(int exit, String out, String err) {

  /** Runs a command line in this process. */
  static Console run(Path home, String input, String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int exit = new CommandLines(world(home, input, out, err, arguments)).execute(arguments);
    return new Console(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** The language as commands use it, for many calls; what it prints is lost. */
  static Session session() {
    var lost = OutputStream.nullOutputStream();
    return Session.open(world(Path.of(""), "", lost, lost), Map.of(), List.of());
  }

  private static World world(
      Path home, String input, OutputStream out, OutputStream err, String... arguments) {
    return new World(
        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        Terminals.NONE,
        Map.of(),
        List.of(arguments),
        home);
  }
}
