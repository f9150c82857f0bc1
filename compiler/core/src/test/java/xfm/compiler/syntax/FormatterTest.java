package xfm.compiler.syntax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.antlr.v4.runtime.CommonToken;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import xfm.compiler.Golden;
import xfm.compiler.ast.Dump;
import xfm.compiler.diag.XfmException;
import xfm.compiler.source.Source;
import xfm.grammar.XfmLexer;

class FormatterTest {
  private static Source source(String text) {
    return new Source("test", text);
  }

  private static String format(String text) {
    return Formatter.format(source(text));
  }

  private static String tree(String text) {
    return Dump.of(Parser.parse(source(text)));
  }

  private static List<String> comments(String text) {
    return Tokens.of(source(text).all()).stream()
        .filter(token -> token.getType() == XfmLexer.COMMENT)
        .map(token -> token.getText().stripTrailing())
        .toList();
  }

  static Stream<Path> programs() {
    return Stream.of("syntax/programs", "syntax/trees").flatMap(f -> Golden.programs(f).stream());
  }

  /** The same words with other blanks, and with line ends and comments where they mean nothing. */
  private static String mangled(String text, Random random) {
    StringBuilder out = new StringBuilder();
    int brackets = 0;
    for (CommonToken token : Tokens.of(source(text).all())) {
      int type = token.getType();
      if (type == XfmLexer.EOF) {
        break;
      }
      // Inside ( ) and [ ] a line end is a blank; a comment takes the rest of its line.
      boolean free = brackets > 0 && random.nextInt(4) == 0;
      out.append(
          free
              ? List.of("\n", " # note\n", "\n\n\n# own\n", "\r\n\t").get(random.nextInt(4))
              : List.of(" ", "  ", "\t", " \t ").get(random.nextInt(4)));
      out.append(token.getText());
      if (type == XfmLexer.NEWLINE && random.nextInt(5) == 0) {
        out.append("\n\n  # between\n\n");
      }
      if (type == XfmLexer.LPAREN || type == XfmLexer.LBRACKET) {
        brackets++;
      } else if (type == XfmLexer.RPAREN || type == XfmLexer.RBRACKET) {
        brackets--;
      }
    }
    return out.toString();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void keepsMeaningAndCommentsAndIsIdempotent(Path program) {
    String text = Golden.text(program);
    for (int seed = 0; seed < 25; seed++) {
      String given = seed == 0 ? text : mangled(text, new Random(seed));
      assertEquals(tree(text), tree(given), () -> "the test's own mangling: " + given);
      String formatted = format(given);
      assertEquals(tree(text), tree(formatted));
      assertEquals(comments(given), comments(formatted));
      assertEquals(formatted, format(formatted));
    }
  }

  @Test
  void setsBlanksAndLines() {
    String text =
        """


        fn  f( x :[ n ,d],i:int=3)->[n]=x [ i,: ]*- 2**-i   # why


        # own line
        model m ( t:[n<=9] token( v ),v:int )->[n]{

           if i==3{return  x}else  { y+=z };

           a[i]=(x[i-1]else 0)#close
           longer[i,j]=b[ j ] # aligned
        }
        """;
    String expected =
        """
        fn f(x: [n, d], i: int = 3) -> [n] = x[i, :] * -2 ** -i  # why

        # own line
        model m(t: [n <= 9] token(v), v: int) -> [n] {
          if i == 3 { return x } else { y += z }

          a[i] = (x[i - 1] else 0)  #close
          longer[i, j] = b[j]       # aligned
        }
        """;
    assertEquals(expected, format(text));
  }

  @Test
  void indentsWhatGoesOn() {
    String text =
        """
        y = f(
        a,
        g(b,
        c),
        [
        1
        ]
        )
        z = a
        + b
        fn h(
        a: int
        ) -> int
        require a > 0
        {
        return if a > 1
        then {
        x: 1
        }
        else b
        }
        """;
    String expected =
        """
        y = f(
          a,
          g(b,
              c),
          [
            1
          ]
        )
        z = a
            + b
        fn h(
          a: int
        ) -> int
          require a > 0
        {
          return if a > 1
              then {
                x: 1
              }
              else b
        }
        """;
    assertEquals(expected, format(text));
  }

  @Test
  void leavesOutNeedlessSemicolonsOnly() {
    assertEquals("a\nb; c\n", format("a;\nb ;; c;"));
    assertEquals("a;\n-b\n", format("a;\n-b"));
    assertEquals("if a { b; c }\n", format("if a { b; c; }"));
  }

  @Test
  void refusesWhatDoesNotParse() {
    assertThrows(XfmException.class, () -> format("x = ("));
  }
}
