package xfm.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.graalvm.polyglot.Value;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Equations in scripts: computed where they stand, by what computes them in a model. */
class EquationsTest {
  private final Session session = new Session();

  @AfterEach
  void close() {
    session.close();
  }

  @Test
  void anEquationDefinesATensorFromVariables() {
    Value c =
        session.eval(
            """
            let a = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
            let b = [[1, 0], [1, 1]]
            c[i, j] = a[i, e] * b[j, e]
            c
            """);
    assertEquals(3, c.getArraySize());
    assertEquals(11, c.getArrayElement(2).getArrayElement(1).asDouble());
  }

  @Test
  void aReductionIsAnExpression() {
    assertEquals(14, session.eval("let a = [1.0, 2.0, 3.0]\nsum[i](a[i] ** 2)").asDouble());
    assertEquals(1, session.eval("let p = [0.2, 0.7, 0.1]\nargmax[i](p[i])").asLong());
    assertTrue(session.eval("let q = [1, 2]\nany[i](q[i] == 2)").asBoolean());
  }

  @Test
  void severalNamesAreDefinedAtOnceAndPlacesAreRead() {
    assertEquals(
        "[3.0, 2.0] [2, 1]\n",
        session.prints(
            """
            let s = [1.0, 2.0, 3.0]
            (best[r], at[r]) = top[e](s[e], 2)
            again[r] = s[at[r]]
            if again == best { print([best[0], best[1]], [at[0], at[1]]) }
            """));
  }

  @Test
  void aLoopOverShapesComputesEachOfThem() {
    assertEquals(
        "20\n",
        session.prints(
            """
            let count = 0
            for n in range(20) {
              square[i: n + 1, j: n + 1] = if i == j then 1.0 else 0.0
              if sum(square) == n + 1 { count += 1 }
            }
            print(count)
            """));
  }

  @Test
  void numbersOfTheScriptAreNumbersOfTheEquation() {
    assertEquals(
        "[4.5, 6.5]\n",
        session.prints(
            """
            let k = 1
            let c = 2.5
            let x = [[1.0, 2.0], [3.0, 4.0]]
            column[i] = x[i, k] + c
            print([column[0], column[1]])
            """));
  }

  @Test
  void aFunctionOfTensorsIsCalledWithTensors() {
    assertEquals(
        "0.500 5.0\n",
        session.prints(
            """
            fn cosine(a: [n, d], b: [m, d]) -> [n, m] {
              return c[i, j] = a[i, e] * b[j, e] / (length(a[i, :]) * length(b[j, :]))
            }
            fn length(x: [n]) = sqrt(sum[i](x[i] ** 2))
            let c = cosine([[1, 1, 0]], [[0, 1, 1]])
            print("{c[0, 0]:.3} {length([3, 4])}")
            """));
  }

  @Test
  void aFunctionOfTensorsHasDefaultsAndSeveralResults() {
    assertEquals(
        "[2.0, 3.0] 7.0\n",
        session.prints(
            """
            fn both(x: [n], by: float = 2, plus: int = 1) {
              y[i] = x[i] * by
              return {scaled: y, total: sum[i](y[i]) + plus}
            }
            let r = both([1.0, 1.5], total = 0)
            """
                    .replace(", total = 0", "")
                + "print([r.scaled[0], r.scaled[1]], both([1.0, 2.0]).total)"));
  }

  @Test
  void aLambdaAndAFunctionWithLoopsHoldEquations() {
    assertEquals(
        "[1, 4] 6.0\n",
        session.prints(
            """
            let dot = (a, b) -> sum[i](a[i] * b[i])
            fn squares(rows) {
              let all = []
              for row in rows {
                y[i] = row[i] ** 2
                all += [sum(y)]
              }
              return all
            }
            print(squares([[1], [2]]), dot([1.0, 1.0], [2.0, 4.0]))
            """));
  }

  @Test
  void wholeTensorsAddAndMultiply() {
    assertEquals(
        "[[3.0, 5.0], [-1.0, -1.0]] 7.5 2.5\n",
        session.prints(
            """
            let x = tensor([[1.0, 2.0], [3.0, 4.0]])
            let y = 2 * x + 1
            let z = -x / x
            print([[y[0, 0], y[0, 1]], [z[0, 0], z[1, 1]]], sum(x) - mean(x), mean(x))
            """));
    session.error(
        "tensor([1, 2]) + tensor([1, 2, 3])",
        "error[shape]",
        "[2] and [3]",
        "nothing is stretched");
    session.error("tensor([1, 2]) * [1, 2]", "error[type]", "`tensor(list)`");
    assertEquals("[1, 2, 3]\n", session.prints("print(list(tensor([1, 2])) + [3])"));
    assertEquals("true\n", session.prints("print(tensor([1, 2]) + tensor([1, 2]) == [2, 4])"));
  }

  @Test
  void functionsOfNumbersTakeTensors() {
    assertEquals(
        "true true\n",
        session.prints(
            """
            let x = tensor([0.0, 1.0])
            print(exp(x)[1] - exp(1.0) < 1e-6, abs(-x) == x)
            """));
    assertEquals("-inf\n", session.prints("print(log(tensor([0.0]))[0])"));
  }

  @Test
  void whatIsWrongIsSaidAtItsPlace() {
    session.error(
        "let a = [[1, 2]]\nlet b = [[1, 2, 3]]\nc[i, j] = a[i, e] * b[j, e]",
        "error[shape]",
        "[1, 2]",
        "[1, 3]");
    session.error("let i = 2\nlet x = [1, 2]\ny[i] = x[i]", "error[index]", "cannot be an index");
    session.error(
        "let f = (x) -> x\nlet x = [1.0]\ny[i] = f(x[i])",
        "an equation reads numbers and tensors",
        "`f` is a function",
        "declare it");
    session.error("let x = [1, 2]\ny[i] = mlp(x)[i]", "error[");
    session.error("let x = [1, 2]\ny[i] = x[i]\ny[i] = x[i]", "`y` is bound twice");
    session.error("let y = 1\nif true { y[i: 2] = 1.0 }", "`y` is bound already", "take another");
    session.error("fn f(x: [n, 2]) = sum[i](x[i, 0])\nf([[1, 2, 3]])", "3", "must be 2");
    session.error("fn f(x: [n], g: (float) -> float) = sum[i](g(x[i]))\nf([1], (v) -> v)", "fn");
  }

  @Test
  void aBlockHasNowhereToKeepItsWeights() {
    session.error(
        """
        block scaled(x: [n]) -> [n] { weight w: [] return y[i] = x[i] * w[] }
        let x = [1.0]
        y[i] = scaled(x)[i]
        """,
        "error[");
  }

  @Test
  void aConsoleMayDefineANameAgain() {
    session.eval("let x = [1.0, 2.0]\ny[i] = x[i] + 1");
    session.eval("y[i] = x[i] + 2");
    assertEquals(4, session.eval("y[1]").asDouble());
    assertFalse(session.eval("y == [2.0, 3.0]").asBoolean());
  }

  @Test
  void listsAndTextsAreSortedSplitAndJoined() {
    assertEquals(
        "[1, 2, 3] [3, 2, 1] [[2, 3], [1, 5]]\n",
        session.prints(
            "print(sort([3, 1, 2]), sort([3, 1, 2], descending = true),"
                + " sort([[1, 5], [2, 3]], by = (p) -> p[1]))"));
    assertEquals(
        "[\"a\", \"b\"] [\"x\", \"\", \"y\"] a-1 13.5\n",
        session.prints(
            "print(split(\" a  b \"), split(\"x,,y\", \",\"), join([\"a\", 1], \"-\"),"
                + " number(\"12\") + number(\"1.5\"))"));
    session.error("sort([1, \"a\"])", "an int", "a text");
    session.error("number(\"1 2\")", "is not a number");
  }
}
