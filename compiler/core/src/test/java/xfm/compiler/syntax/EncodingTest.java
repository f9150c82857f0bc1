package xfm.compiler.syntax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import xfm.compiler.ast.Dump;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.source.Source;

class EncodingTest {
  @TempDir Path folder;

  private static Diagnostic error(Runnable reading) {
    return assertThrows(XfmException.class, reading::run).diagnostics().getFirst();
  }

  private Diagnostic read(byte... bytes) throws IOException {
    Path file = Files.write(folder.resolve("x.xfm"), bytes);
    return error(() -> Parser.parse(Parser.read(file)));
  }

  @ParameterizedTest
  @CsvSource({
    "0, a program holds no NUL characters",
    "7, a program holds no control characters",
    "27, a program holds no control characters",
    "127, a program holds no control characters",
    "133, a program holds no control characters",
    "13, a program holds no carriage returns within a line",
    "8238, a program holds no characters that turn the direction of what is shown",
    "8294, a program holds no characters that turn the direction of what is shown",
    "8232, a program holds no line separators other than line ends",
    "65279, a program holds no byte order mark but at its start",
    "55296, a program holds no halves of surrogate pairs"
  })
  void refusesWhatCannotBeSeen(int character, String message) {
    String text = "x = 1\n# a 😀 " + (char) character + "b";
    Diagnostic error = error(() -> Parser.parse(new Source("test", text)));
    assertEquals(Code.ENCODING, error.code());
    assertEquals(message, error.message());
    assertEquals("test:2:7", error.labels().getFirst().span().toString());
  }

  @Test
  void refusesWhatIsNotUtf8() throws IOException {
    Diagnostic error = read((byte) 'x', (byte) '\n', (byte) 'y', (byte) 0xc3, (byte) '(');
    assertEquals("the byte 0xC3 here is not UTF-8", error.message());
    assertEquals(":2:2", error.labels().getFirst().span().toString().replaceAll(".*xfm", ""));
    assertEquals("the byte 0xE2 here is not UTF-8", read((byte) 0xe2, (byte) 0x82).message());
    assertEquals(
        "it looks like UTF-16: save it as UTF-8",
        read((byte) 0xff, (byte) 0xfe, (byte) 'x', (byte) 0).help());
  }

  @Test
  void takesAByteOrderMarkAndBothLineEnds() throws IOException {
    String text = "\ufeffx = 1\r\ny = [2,\r\n  3] # end\r\n";
    Path file = Files.write(folder.resolve("x.xfm"), text.getBytes(StandardCharsets.UTF_8));
    Source source = Parser.read(file);
    assertEquals("x = 1\ny = (list 2 3)\n", Dump.of(Parser.parse(source)));
    assertEquals("x = 1\ny = [2,\n    3]  # end\n", Formatter.format(source));
  }

  @Test
  void anEmptyTextIsAProgram() {
    for (String text : new String[] {"", "\n", "\ufeff", "# only a comment", " \t", ";;\n;"}) {
      assertEquals("", Dump.of(Parser.parse(new Source("test", text))), text);
    }
  }

  @Test
  void saysWhyAFileCannotBeRead() throws IOException {
    assertEquals(
        folder + " is a directory, not a file", error(() -> Parser.read(folder)).message());
    Path missing = folder.resolve("missing.xfm");
    assertEquals(missing + " does not exist", error(() -> Parser.read(missing)).message());
    Path large = Files.write(folder.resolve("large.xfm"), new byte[5 << 20]);
    Diagnostic error = error(() -> Parser.read(large));
    assertEquals(Code.LIMIT, error.code());
  }
}
