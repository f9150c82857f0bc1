package xfm.compiler.syntax;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IncompleteTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "f(",
        "x = [1, 2,",
        "block f(x: [n]) -> [n] {",
        "repeat 3 {\n  x += 1\n",
        "x = a +",
        "x =",
        "x +=",
        "mask = (i, j) ->",
        "x = a and",
        "if a then b else",
        "x = f(1, # why",
        "fn f(i: int) -> int",
        "fn f(\n  i: int = 3\n)\n  require i > 3",
        "model gpt2(d: int)",
        "r = {a: 1,",
        "x = if a then"
      })
  void moreMustFollow(String text) {
    assertEquals(true, Parser.incomplete(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "x = 1", "f(1)", "f(]", "x = 1)", "print(\"open", "fn f(i) = i", "block f() { }",
        "model = 3", "model(3)", "x = + +", "a b", "# f(", "\"(\"", "f(1) # and (", "x = 1 -\n2"
      })
  void readyOrWrong(String text) {
    assertEquals(text.equals("x = + +"), Parser.incomplete(text));
  }
}
