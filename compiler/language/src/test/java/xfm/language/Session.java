package xfm.language;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;

/** A context as a host has it, and what it printed. */
final class Session implements AutoCloseable {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  final Context context;

  Session() {
    this(builder -> builder);
  }

  Session(UnaryOperator<Context.Builder> settings) {
    Context.Builder builder =
        Context.newBuilder("xfm").out(out).err(err).option("engine.WarnInterpreterOnly", "false");
    context = settings.apply(builder).build();
  }

  static Session allowingAll() {
    return new Session(builder -> builder.allowAllAccess(true));
  }

  Value eval(String text) {
    return context.eval("xfm", text);
  }

  /** What the text prints. */
  String prints(String text) {
    out.reset();
    eval(text);
    return out.toString(StandardCharsets.UTF_8);
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** The error of a text: one of the user's, with every one of these parts in its message. */
  PolyglotException error(String text, String... parts) {
    PolyglotException error = assertThrows(PolyglotException.class, () -> eval(text));
    return check(error, parts);
  }

  static PolyglotException check(PolyglotException error, String... parts) {
    assertTrue(error.isGuestException(), error::toString);
    assertFalse(error.isInternalError(), error::toString);
    for (String part : parts) {
      assertTrue(
          error.getMessage().contains(part), () -> part + " is not in:\n" + error.getMessage());
    }
    return error;
  }

  @Override
  public void close() {
    context.close();
  }
}
