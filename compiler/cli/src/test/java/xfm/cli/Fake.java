package xfm.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;
import xfm.cli.host.Session;
import xfm.cli.host.Terminals;
import xfm.cli.host.World;

/** A process whose language is a few functions of the test. */
final class Fake {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, Object> functions = new HashMap<>();
  private final Path home;

  /** What the language was last started with. */
  Map<String, String> options = Map.of();

  List<String> arguments = new ArrayList<>();

  Fake(Path home) {
    this.home = home;
  }

  /** Gives the language's tool a function. */
  Fake with(String name, ProxyExecutable function) {
    functions.put(name, function);
    return this;
  }

  int run(String... commandLine) {
    InputStream in = new ByteArrayInputStream(new byte[0]);
    var world =
        new World(
            in,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Terminals.NONE,
            Map.of(),
            List.of(commandLine),
            home);
    return new CommandLines(world, this::open).execute(commandLine);
  }

  private Session open(Map<String, String> options, List<String> arguments) {
    this.options = Map.copyOf(options);
    this.arguments = arguments;
    Context context = Context.newBuilder().option("engine.WarnInterpreterOnly", "false").build();
    return new Session(context, context.asValue(ProxyObject.fromMap(functions)));
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** A record as the language returns it. */
  static ProxyObject record(Object... namesAndValues) {
    var members = new LinkedHashMap<String, Object>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      members.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return ProxyObject.fromMap(members);
  }

  /** The elements of a list that the command passed. */
  static List<String> list(Value list) {
    var elements = new ArrayList<String>();
    for (long i = 0; i < list.getArraySize(); i++) {
      Value element = list.getArrayElement(i);
      elements.add(element.hasArrayElements() ? list(element).toString() : element.toString());
    }
    return elements;
  }
}
