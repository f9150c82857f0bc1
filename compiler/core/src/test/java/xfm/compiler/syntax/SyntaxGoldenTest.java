package xfm.compiler.syntax;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import xfm.compiler.Golden;
import xfm.compiler.ast.Dump;
import xfm.compiler.diag.Renderer;
import xfm.compiler.diag.XfmException;
import xfm.compiler.source.Source;

/** Each construct of the grammar with its tree, and each error with what a user reads. */
class SyntaxGoldenTest {
  static List<Path> trees() {
    return Golden.programs("syntax/trees");
  }

  static List<Path> programs() {
    return Golden.programs("syntax/programs");
  }

  static List<Path> errors() {
    return Golden.programs("syntax/errors");
  }

  @ParameterizedTest
  @MethodSource({"trees", "programs"})
  void tree(Path program) {
    Golden.check(program, ".tree", Dump.of(Parser.parse(source(program))));
  }

  @ParameterizedTest
  @MethodSource({"trees", "programs"})
  void formatted(Path program) {
    Golden.check(program, ".formatted", Formatter.format(source(program)));
  }

  @ParameterizedTest
  @MethodSource("errors")
  void error(Path program) {
    XfmException e = assertThrows(XfmException.class, () -> Parser.parse(source(program)));
    Golden.check(program, ".err", Renderer.plain(e.diagnostics()));
  }

  private static Source source(Path program) {
    return new Source(program.getFileName().toString(), Golden.text(program));
  }
}
