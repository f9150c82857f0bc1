package xfm.runtime.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Walks through a JSON text token by token. Text that is not JSON, repeated names, lone surrogates,
 * nesting beyond 64 and anything after the end are {@link FormatException}s with line and column.
 */
final class JsonCursor implements AutoCloseable {
  static final int MAX_DEPTH = 64;

  /** Tokenizer files of 250,000 pieces and 600,000 merges have about 4 million tokens. */
  private static final long MAX_TOKENS = 20_000_000;

  private static final int MAX_DIGITS = 400;

  /**
   * Names are neither interned nor shared between texts: they come from files that nobody vouches
   * for. Jackson's own depth limit stands one above ours, whose message is better.
   */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH + 1)
                  .maxNumberLength(MAX_DIGITS)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxTokenCount(MAX_TOKENS)
                  .build())
          .build();

  private final Path file;
  private final String part;
  private final JsonParser parser;

  /**
   * A cursor before the first token.
   *
   * @param part what of the file the text is, such as {@code "header, "}; empty for all of it
   */
  JsonCursor(Path file, String part, String text) {
    this.file = file;
    this.part = part;
    try {
      this.parser = FACTORY.createParser(text);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    if (text.startsWith("\uFEFF")) {
      throw new FormatException(
          file,
          part + "line 1, column 1",
          "the text begins with a byte order mark",
          "JSON is UTF-8 without one",
          "save it as UTF-8 without a byte order mark");
    }
  }

  /** Steps to the next token; the end of the text is an error. */
  JsonToken next() {
    JsonToken token = step();
    if (token == null) {
      throw error("the text ends too early", "a JSON value is missing");
    }
    if (parser.getParsingContext().getNestingDepth() > MAX_DEPTH) {
      throw error("the JSON is nested too deeply", "more than " + MAX_DEPTH + " levels");
    }
    return token;
  }

  /** Steps to the next token, which must be of that kind. */
  void expect(JsonToken expected, String name) {
    if (next() != expected) {
      throw error(name + " was expected here", "found " + found());
    }
  }

  /** Refuses anything but white space after the value. */
  void end() {
    if (step() != null) {
      throw error("there is more after the end of the JSON value", "found " + found());
    }
  }

  /** The member name or text at the cursor. */
  String text() {
    try {
      String text = parser.getText();
      if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= 0xDFFF)) {
        throw error(
            "half of a surrogate pair stands alone", "in the text " + Printable.quote(text));
      }
      return text;
    } catch (IOException failure) {
      throw converted(failure);
    }
  }

  /** The digits of the number at the cursor, as written. */
  String number() {
    try {
      return parser.getText();
    } catch (IOException failure) {
      throw converted(failure);
    }
  }

  /** The token at the cursor, for messages. */
  String found() {
    return switch (parser.currentToken()) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "a list";
      case END_OBJECT -> "the end of an object";
      case END_ARRAY -> "the end of a list";
      case FIELD_NAME, VALUE_STRING -> "the text " + Printable.quote(text());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "the number " + Printable.quote(number());
      case VALUE_TRUE -> "true";
      case VALUE_FALSE -> "false";
      case VALUE_NULL -> "null";
      case VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> "something that is not JSON";
    };
  }

  FormatException error(String what, String why) {
    return new FormatException(file, place(parser.currentTokenLocation()), what, why, "");
  }

  private JsonToken step() {
    try {
      return parser.nextToken();
    } catch (IOException failure) {
      throw converted(failure);
    }
  }

  /** What Jackson says of the text, without what it says of itself. */
  private FormatException converted(IOException failure) {
    String where = place(parser.currentLocation());
    if (failure instanceof StreamConstraintsException) {
      return new FormatException(
          file,
          where,
          "the JSON is too large",
          "a number of more than "
              + MAX_DIGITS
              + " digits, a name of more than 50,000 characters"
              + " or more than "
              + MAX_TOKENS
              + " tokens",
          "",
          failure);
    }
    String why = failure.getMessage();
    if (failure instanceof JsonProcessingException invalid) {
      why = plain(invalid.getOriginalMessage());
      where = place(invalid.getLocation());
    }
    return new FormatException(file, where, "this is not valid JSON", why, "", failure);
  }

  /** Without advice on Jackson's own options. */
  private static String plain(String message) {
    return message
        .replaceAll("\\[Source: .*?; line: (\\d+), column: (\\d+)]", "line $1, column $2")
        .replaceAll(": enable `[^`]*` to allow", " is no JSON number")
        .replaceAll(" \\(not recognized as one [^)]*\\)", "");
  }

  private String place(JsonLocation location) {
    int column = Math.max(1, location.getColumnNr()); // 0 where nothing was read
    return part + "line " + location.getLineNr() + ", column " + column;
  }

  @Override
  public void close() {
    try {
      parser.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
