package xfm.language;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Statements, names and functions. */
class ControlTest {

  private static String prints(String text) {
    try (Session session = new Session()) {
      return session.prints(text).stripTrailing();
    }
  }

  @Test
  void loopsAndConditions() {
    assertEquals(
        "0 even\n1 odd\n2 even\ntotal 3",
        prints(
            """
            let total = 0
            for i in range(3) {
              let kind = if i % 2 == 0 then "even" else "odd"
              print(i, kind)
              total += i
            }
            print("total", total)
            """));
    assertEquals(
        "27 steps to 1 from 12: 9",
        prints(
            """
            let n = 12
            let steps = 0
            while n != 1 {
              if n % 2 == 0 { n = n // 2 } else if n > 0 { n = 3 * n + 1 }
              steps += 1
            }
            print("27 steps to 1 from 12: {steps}")
            """));
    assertEquals("xxx", prints("repeat 3 { print(\"x\", end = \"\") }"));
  }

  @Test
  void aLetInABlockEndsWithIt() {
    try (Session session = new Session()) {
      session.error("if true { let inner = 1 }\nprint(inner)", "error[name]", "inner");
      assertEquals(
          "2 1",
          session
              .prints("let x = 1\nif true {\n let x = 2\n print(x, end = \" \")\n}\nprint(x)")
              .stripTrailing());
    }
  }

  @Test
  void functionsHaveNamedAndDefaultArguments() {
    assertEquals(
        "6.0 12.0 7.0",
        prints(
            """
            fn area(width: float, height: float = width + 1, border: float = 0) = width * height + border
            print(area(2), area(2, 6), area(border = 1, width = 2))
            """));
  }

  @Test
  void functionsCallEachOtherAndThemselves() {
    assertEquals(
        "120 true",
        prints(
            """
            let even = (n) -> if n == 0 then true else odd(n - 1)
            let odd = (n) -> if n == 0 then false else even(n - 1)
            let factorial = (n) -> if n == 0 then 1 else n * factorial(n - 1)
            print(factorial(5), even(10))
            """));
  }

  @Test
  void eachTurnOfALoopIsCapturedByItself() {
    assertEquals(
        "[0, 10, 20]",
        prints(
            """
            let fs = []
            for i in range(3) {
              let ten = i * 10
              fs += [() -> ten]
            }
            let values = []
            for f in fs { values += [f()] }
            print(values)
            """));
  }

  @Test
  void aLambdaSeesLaterAssignmentsOfWhatItCaptured() {
    assertEquals(
        "1 5 5",
        prints(
            """
            let outer = 1
            let seesOuter = () -> outer
            print(seesOuter(), end = " ")
            outer = 5
            if true {
              let inner = 1
              let seesInner = () -> () -> inner
              inner = 5
              print(seesOuter(), seesInner()())
            }
            """));
  }

  @Test
  void functionsOfFunctions() {
    assertEquals(
        "16",
        prints(
            """
            let compose = (f, g) -> (x) -> f(g(x))
            let square = (x) -> x ** 2
            print(compose(square, (x) -> x + 1)(3))
            """));
  }

  @Test
  void aNumberThatBecomesAFloatInALoop() {
    assertEquals(
        "0.5 [2, 1.5]",
        prints(
            """
            fn halves(times: int) {
              let x = 2
              let seen = []
              while x > 0.9 {
                if len(seen) == 0 { seen += [x] } else { seen += [1.5] }
                x = x / 2.0
                x = x - 0.0
              }
              print(x, end = " ")
              return seen
            }
            print(halves(2))
            """));
  }

  @Test
  void aConsoleBindsNamesAgain() {
    try (Session session = new Session()) {
      session.eval("let x = 1");
      session.eval("let f = () -> x");
      session.eval("let x = x + 1");
      assertEquals(2, session.eval("f()").asInt());
      session.eval("fn g(a: float) = a + 1");
      assertEquals(3.0, session.eval("g(2)").asDouble());
      session.eval("fn g(a: float) = a + 2");
      assertEquals(4.0, session.eval("g(2)").asDouble());
    }
  }

  @Test
  void wrongNames() {
    try (Session session = new Session()) {
      session.error("let a = 1\nlet a = 2", "error[name]", "bound twice");
      session.error("q = 1", "error[name]", "is not bound", "let q = …");
      session.error("fn k() = 1\nk = 2", "error[name]", "k");
      session.error(
          "let late = () -> soon\nlate()\nlet soon = 1", "error[name]", "before its `let`");
      session.error("return 1", "error[syntax]", "`return`");
      session.error("let v = 1\nv[i: 2] = 2", "error[name]", "`v` is bound twice");
      session.error("weight w: [3]", "error[unsupported]");
      session.error(
          "layer_norm([1.0])", "error[type]", "a block cannot be called", "inside a model");
      session.error("for x in 5 { }", "error[type]", "`for` goes through a list", "range(5)");
      session.error("repeat -1 { }", "error[number]", "-1 times");
      session.error("let h = 1\nfn sees() = h + 1\nsees()", "error[name]");
    }
  }
}
