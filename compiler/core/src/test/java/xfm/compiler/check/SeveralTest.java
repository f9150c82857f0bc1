package xfm.compiler.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;
import xfm.compiler.diag.Code;

/** One equation names several things: the fields of a record, in order. */
class SeveralTest {

  @Test
  void theFieldsOfWhatAFunctionOrABlockReturns() {
    Checked several =
        Checked.ok(
            """
            fn parts(v: [k]) -> {sum: float, mean: float} {
              return {sum: sum[e](v[e]), mean: mean[e](v[e])}
            }
            block both(x: [n, d]) -> {left: [n], right: [n]} {
              (left[i], right[i]) = {a: x[i, 0], b: x[i, 1]}
              return {left: left, right: right}
            }
            model m(x: [n, 2]) -> [n] {
              (total[i], _) = parts(x[i, :])
              (left, right) = both(x)
              let again = both(second: x)
              return y[i] = total[i] + 10 * left[i] + 100 * right[i] + 1000 * again.left[i] + parts(x[i, :]).mean
            }
            """
                .replace("both(second: x)", "second: both(x)")
                .replace("block both(x: [n, d])", "block both(x: [n, 2])"));
    assertArrayEquals(
        new double[] {3 + 10 + 200 + 1000 + 1.5}, several.length("n", 1).with("x", 1, 2).see("y"));
  }

  @Test
  void whatIsRefused() {
    String text = "block b(x: [n, 2]) -> [n, 2] {\n  %s\n  return x\n}\n";
    Checked.refused(Code.TYPE, "x", text.formatted("(a, b) = x"));
    Checked.refused(
        Code.TYPE,
        "{u: 1.0, v: 2.0, w: 3.0}",
        text.formatted("(a[i: 2], b[i: 2]) = {u: 1.0, v: 2.0, w: 3.0}"));
    Checked.refused(Code.SYNTAX, "b", text.formatted("(a[i: 2], b) = {u: 1.0, v: 2.0}"));
    Checked.refused(Code.NAME, "a", text.formatted("(a, a) = {u: x, v: x}"));
  }

  @Test
  void recordsOfFunctionParametersAndOfHeaders() {
    Checked.ok(
        """
        block b(x: [n, d], split: (v: [k]) -> {low: float, high: float}) -> [n] {
          (low[i], high[i]) = split(x[i, :])
          return y[i] = high[i] - low[i]
        }
        fn ends(v: [k]) -> {low: float, high: float} require k > 0 {
          return {high: v[k - 1], low: v[0]}
        }
        model m(x: [n, 4]) -> [n] {
          return b(x, split = ends)
        }
        """);
    Checked.refused(
        Code.TYPE,
        "return {a: x}",
        "fn f(x: float) -> {a: float, b: float} {\n  return {a: x}\n}\n");
  }
}
