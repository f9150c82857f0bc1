package xfm.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers, texts, lists and records, and the operators between them. */
class ValuesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1 + 2 * 3          | 7
          7 // 2             | 3
          -7 // 2            | -4
          -7 % 3             | 2
          7 % -3             | -2
          6 / 3              | 2
          7 / 2.0            | 3.5
          2 ** 10            | 1024
          2 ** 0.5           | 1.4142135623730951
          -2 ** 2            | -4
          (-9223372036854775807 - 1) // 1 | -9223372036854775808
          -7.5 // 2          | -4.0
          -7.5 % 2           | 0.5
          1e3                | 1000.0
          1 == 1.0           | true
          9007199254740993 == 9007199254740992.0 | false
          "a" < "b" and not (2 < 1) | true
          "ab" + "cd"        | abcd
          [1] + [2, 3]       | [1, 2, 3]
          [1, [2, "x"]] == [1, [2, "x"]] | true
          {a: 1} == {a: 1.0} | true
          {a: 1}.a           | 1
          [10, 20, 30][2]    | 30
          "héllo"[1]         | é
          len("héllo")       | 5
          if 1 < 2 then "y" else "n" | y
          "{1 / 3.0:.4}"     | 0.3333
          "{1234567:,}"      | 1,234,567
          "{0.123:.1%}"      | 12.3%
          "[{5:4}] [{5:<4}]" | [   5] [5   ]
          "{1e10:.2e}"       | 1.00e+10
          "{{}}"             | {}
          min(3, 1.5, 2)     | 1.5
          max([3, 9, 2])     | 9
          sum([1, 2, 3])     | 6
          sum([1, 0.5])      | 1.5
          floor(-1.5)        | -2
          round(2.5)         | 2
          abs(-3)            | 3
          clamp(7, 0, 5)     | 5
          sqrt(16)           | 4.0
          text(1.0) + "!"    | 1.0!
          zip([1, 2], ["a", "b"]) | [[1, "a"], [2, "b"]]
          enumerate(["a"])   | [[0, "a"]]
          range(2, 5)        | [2, 3, 4]
          clock() - clock() <= 0 | true
          machine().threads >= 1 and machine().peak_gflops_all > 0 | true
          """)
  void expressions(String text, String expected) {
    try (Session session = new Session()) {
      assertEquals(expected, session.prints("print(" + text + ")").stripTrailing());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          7 / 2              | error[number] | 7 / 2 does not come out whole
          9223372036854775807 + 1 | error[number] | does not fit 64 bits
          3037000500 * 3037000500 | error[number] | does not fit 64 bits
          (-9223372036854775807 - 1) // -1 | error[number] | does not fit 64 bits
          10 ** 19           | error[number] | does not fit 64 bits
          2 ** -1            | error[number] | does not come out whole
          1 / 0              | error[number] | division by zero
          1.0 / 0            | error[number] | division by zero
          5 % 0              | error[number] | division by zero
          log(0)             | error[number] | `log` has no value at 0.0
          sqrt(-1)           | error[number] | `sqrt` has no value
          "a" + 1            | error[type]   | this is an int
          [1] + 2            | error[type]   | + [value]
          1 < "a"            | error[type]   | compares two numbers or two texts
          tensor([1, 2]) > 0 | error[type]   | of each element it is asked in an equation
          not 1              | error[type]   | a condition is true or false
          [1, 2][2]          | error[index]  | 0 to 1
          [1, 2][-1]         | error[index]  | there is no position -1
          [1, 2]["a"]        | error[type]   | a position in a list is an int
          5[0]               | error[type]   | an int has no elements
          {a: 1}.b           | error[name]   | it has a
          {a: 1, a: 2}       | error[name]   | two fields
          lenn("a")          | error[name]   | did you mean `len`?
          len(5)             | error[type]   | an int has no length
          len()              | error[call]   | `len` needs `value`
          len("a", "b")      | error[call]   | takes one argument
          len(valeu = 1)     | error[call]   | has no argument `valeu`
          range("a")         | error[type]   | must be an int
          5(1)               | error[type]   | an int cannot be called
          "{1:z}"            | error[syntax] | is not a format
          "{[1]:.2}"         | error[type]   | is for numbers
          sum[i](1)          | error[index] | nothing says how far
          max([])            | error[number] | of nothing
          round(1e300)       | error[number] | does not fit an int
          """)
  void errors(String text, String code, String part) {
    try (Session session = new Session()) {
      session.error(text, code, part);
    }
  }

  @Test
  void theLastExpressionIsTheValueOfTheText() {
    try (Session session = new Session()) {
      assertEquals(3, session.eval("let x = 1\nx + 2").asInt());
      assertTrue(session.eval("let y = 2").isNull());
      assertFalse(session.eval("y == 3").asBoolean());
    }
  }

  @Test
  void valuesAreShownShortened() {
    try (Session session = new Session()) {
      String shown = session.eval("range(100000)").toString();
      assertTrue(shown.startsWith("[0, 1, 2, ") && shown.length() < 500, shown);
      assertEquals("[\"a\\u{1b}[31m\\n\"]", session.eval("[\"a\\u{1b}[31m\\n\"]").toString());
      assertEquals("{a: [1, 2.5], b: \"x\"}", session.eval("{a: [1, 2.5], b: \"x\"}").toString());
    }
  }
}
