package xfm.cli.repl;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import xfm.cli.host.Exit;
import xfm.cli.host.Failures;
import xfm.cli.host.Session;
import xfm.cli.host.Version;
import xfm.cli.host.World;

/** Reads an input, evaluates it, shows its value or its error, and goes on. */
public final class Repl {
  private static final Set<String> LEAVE = Set.of("quit", "exit", "quit()", "exit()");
  private static final Set<String> HELP = Set.of("help", "help()", "?");
  private static final String SHORT_HELP =
      """
      Statements run as they are typed; the value of an expression is shown.
        let m = gpt2.load("folder")                 a model with its weights
        print(m.generate("Once", max = 20).text)    what it writes
        show(m.see("layer[0].attention.pattern", "a text"))
        account(m)                                  its parameters, counted
        block … { }, fn …, model … { }              declarations, over several lines
      Ctrl-C stops what is running; quit, or Ctrl-D, leaves.
      """;

  private final World world;
  private final Session session;
  private final boolean interactive;

  public Repl(World world, Session session) {
    this.world = world;
    this.session = session;
    this.interactive = world.terminals().in() && world.terminals().out();
  }

  /**
   * Runs until the input ends or a program asks to leave.
   *
   * @return the exit code; errors count only where nobody saw them, with input from a pipe
   */
  public int run() throws IOException {
    int worst = Exit.FINE;
    try (Inputs inputs = open()) {
      for (Optional<String> text = inputs.next(); text.isPresent(); text = inputs.next()) {
        if (LEAVE.contains(text.get().strip())) {
          break;
        }
        try {
          evaluate(text.get());
        } catch (PolyglotException e) {
          int code = new Failures(world).report(e);
          if (e.isExit()) {
            return code;
          }
          worst = Math.max(worst, code);
        }
      }
    }
    return interactive ? Exit.FINE : worst;
  }

  private Inputs open() throws IOException {
    var completeness = new Completeness(session);
    if (!interactive) {
      return new Lines(world.in(), completeness);
    }
    world.out().println("xfm " + Version.xfm() + ". help shows what to type, Ctrl-D leaves.");
    return new Editor(world.stateFolder(), completeness, session::interrupt);
  }

  private void evaluate(String text) {
    if (text.isBlank()) {
      return;
    }
    if (HELP.contains(text.strip())) {
      world.out().print(SHORT_HELP);
      return;
    }
    Value value = session.evaluate(Completeness.source(text));
    if (!value.isNull()) {
      world.out().println(value);
    }
  }
}
