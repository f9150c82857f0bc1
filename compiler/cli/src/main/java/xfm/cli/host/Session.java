package xfm.cli.host;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.IOAccess;

/** The xfm language, running. Errors of the guest program come out as PolyglotException. */
public final class Session implements AutoCloseable {
  /** The language's id in Polyglot. */
  public static final String LANGUAGE = "xfm";

  private final Context context;
  private final Tool tool;

  /**
   * A session over a context that exists.
   *
   * @param tool what the commands call
   */
  public Session(Context context, Value tool) {
    this.context = context;
    this.tool = new Tool(tool);
  }

  /**
   * Starts the language on the streams of {@code world}.
   *
   * @param options of the language by their names: {@code Threads}, {@code Memory}
   * @param arguments what a script finds as its own arguments
   */
  public static Session open(World world, Map<String, String> options, List<String> arguments) {
    var builder =
        Context.newBuilder(LANGUAGE)
            .in(world.in())
            .out(world.out())
            .err(world.err())
            .allowIO(IOAccess.ALL)
            .arguments(LANGUAGE, arguments.toArray(String[]::new))
            .option(LANGUAGE + ".Color", String.valueOf(world.colourOnErr() && world.colourOnOut()))
            .option(LANGUAGE + ".Terminal", String.valueOf(world.terminals().err()));
    world.terminals().columns().ifPresent(n -> builder.option(LANGUAGE + ".Width", "" + n));
    options.forEach((name, value) -> builder.option(LANGUAGE + "." + name, value));
    Context context = builder.build();
    return new Session(context, context.getBindings(LANGUAGE).getMember("tool"));
  }

  /** Runs a program, or one input of the REPL, and returns the value of its last statement. */
  public Value evaluate(Source source) {
    return context.eval(source);
  }

  /**
   * Reads a program without running it.
   *
   * @throws org.graalvm.polyglot.PolyglotException {@code isIncompleteSource()} where the text ends
   *     too early
   */
  public void parse(Source source) {
    context.parse(source);
  }

  /** What the commands call. */
  public Tool tool() {
    return tool;
  }

  /** Stops what is being evaluated, from another thread; the session stays usable. */
  public void interrupt() {
    try {
      context.interrupt(Duration.ofSeconds(5));
    } catch (TimeoutException e) {
      // The evaluation has not reached a point where it can stop; the next Ctrl-C asks again.
    }
  }

  @Override
  public void close() {
    context.close(true);
  }
}
