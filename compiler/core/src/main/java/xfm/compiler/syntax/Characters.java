package xfm.compiler.syntax;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.source.Source;
import xfm.compiler.source.Span;

/** From bytes to a text that may be read: UTF-8, no control characters, not too long. */
final class Characters {
  private Characters() {}

  static Source read(Path path) {
    byte[] bytes;
    try {
      if (Files.isDirectory(path)) {
        throw file(path, "is a directory, not a file");
      }
      try (InputStream in = Files.newInputStream(path)) {
        bytes = in.readNBytes(Limits.TEXT + 1);
      }
    } catch (NoSuchFileException e) {
      throw file(path, "does not exist");
    } catch (AccessDeniedException e) {
      throw file(path, "may not be read by this user");
    } catch (IOException e) {
      throw file(path, "cannot be read: " + e.getMessage());
    }
    if (bytes.length > Limits.TEXT) {
      throw tooLong(path.toString());
    }
    return decode(path.toString(), bytes);
  }

  static Source decode(String name, byte[] bytes) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    String text = out.flip().toString();
    Source source = new Source(name, text);
    if (result.isError()) {
      String help =
          bytes.length > 1 && ((bytes[0] & 0xff) == 0xff || (bytes[0] & 0xff) == 0xfe)
              ? "it looks like UTF-16: save it as UTF-8"
              : "save the file as UTF-8";
      throw Diagnostic.of(
              Code.ENCODING,
              String.format("the byte 0x%02X here is not UTF-8", bytes[in.position()] & 0xff))
          .at(new Span(source, text.length(), text.length()))
          .help(help)
          .raise();
    }
    return source;
  }

  /** Refuses a text that is too long or holds what cannot be seen. */
  static void check(Source source) {
    String text = source.text();
    if (text.length() > Limits.TEXT) {
      throw tooLong(source.name());
    }
    int i = 0;
    while (i < text.length()) {
      int point = text.codePointAt(i);
      int width = Character.charCount(point);
      String what = refused(text, i, point);
      if (!what.isEmpty()) {
        throw Diagnostic.of(Code.ENCODING, "a program holds no " + what)
            .at(new Span(source, i, i + width), String.format("U+%04X stands here", point))
            .help(
                point < 0x20 && point != '\r'
                    ? "is this a text file? in a text, write `\\u{"
                        + Integer.toHexString(point)
                        + "}`"
                    : point == '\r'
                        ? "end lines with a line feed, or with a carriage return and a line feed"
                        : "in a text, write `\\u{" + Integer.toHexString(point) + "}`")
            .raise();
      }
      i += width;
    }
  }

  /** What a message calls a character that a program may not hold, or nothing. */
  private static String refused(String text, int at, int point) {
    if (point == 0) {
      return "NUL characters";
    }
    if (point == '\r') {
      boolean end = at + 1 < text.length() && text.charAt(at + 1) == '\n';
      return end ? "" : "carriage returns within a line";
    }
    if (point == '\n' || point == '\t' || point >= 0x20 && point < 0x7f) {
      return "";
    }
    if (point < 0xa0) {
      return "control characters";
    }
    if (point >= 0x202a && point <= 0x202e
        || point >= 0x2066 && point <= 0x2069
        || point == 0x200e
        || point == 0x200f
        || point == 0x061c) {
      return "characters that turn the direction of what is shown";
    }
    if (point == 0x2028 || point == 0x2029) {
      return "line separators other than line ends";
    }
    if (point == 0xfeff && at > 0) {
      return "byte order mark but at its start";
    }
    if (point >= 0xd800 && point <= 0xdfff) {
      return "halves of surrogate pairs";
    }
    return "";
  }

  private static XfmException tooLong(String name) {
    return Diagnostic.of(
            Code.LIMIT,
            name + " is longer than " + (Limits.TEXT >> 20) + " MiB, the most that is read")
        .help("divide it into several files and `import` them")
        .raise();
  }

  private static XfmException file(Path path, String what) {
    return Diagnostic.of(Code.FILE, path + " " + what).raise();
  }
}
