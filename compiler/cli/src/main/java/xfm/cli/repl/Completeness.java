package xfm.cli.repl;

import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import xfm.cli.host.Session;

/** Asks the language whether a text is a whole input, or goes on in the next line. */
final class Completeness {
  private final Session session;

  Completeness(Session session) {
    this.session = session;
  }

  /** Whether more lines must come. Any other error is for the evaluation to report. */
  boolean lacking(String text) {
    if (text.isBlank()) {
      return false;
    }
    try {
      session.parse(source(text));
      return false;
    } catch (PolyglotException e) {
      return e.isIncompleteSource();
    }
  }

  /** Whether an {@code else} may still come: an empty line says that none does. */
  boolean mayGoOn(String text) {
    if (!text.stripTrailing().endsWith("}") || text.endsWith("\n")) {
      return false;
    }
    try {
      session.parse(source(text + "\nelse {\n}"));
      return true;
    } catch (PolyglotException e) {
      return false;
    }
  }

  /** One input as a source; messages show it under the name that is given here. */
  static Source source(String text) {
    return Source.newBuilder(Session.LANGUAGE, text, "input").cached(false).buildLiteral();
  }
}
