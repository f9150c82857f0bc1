package xfm.compiler.syntax;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import xfm.compiler.ast.Dump;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Item;
import xfm.compiler.source.Source;

class PrecedenceTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a + b * c                  | (+ a (* b c))
          a * b + c                  | (+ (* a b) c)
          a - b - c                  | (- (- a b) c)
          a / b * c                  | (* (/ a b) c)
          a // b % c                 | (% (// a b) c)
          a ** b ** c                | (** a (** b c))
          -a ** 2                    | (- (** a 2))
          2 ** -8                    | (** 2 (- 8))
          2 ** -8 * 3                | (* (** 2 (- 8)) 3)
          2 ** -x ** 2               | (** 2 (- (** x 2)))
          -a * b                     | (* (- a) b)
          a * -b                     | (* a (- b))
          --a                        | (- (- a))
          a ** b[0].c(1)             | (** a (call (. (at b 0) c) 1))
          -a.b                       | (- (. a b))
          a + b < c * d              | (< (+ a b) (* c d))
          not a == b                 | (not (== a b))
          not a and b                | (and (not a) b)
          a and not b or c           | (or (and a (not b)) c)
          a or b and c               | (or a (and b c))
          a == b and c != d          | (and (== a b) (!= c d))
          if a or b then c else d + 1   | (if (or a b) c (+ d 1))
          (i) -> a or b              | (fn [i] (or a b))
          (i) -> if a then b else c  | (fn [i] (if a b c))
          a and (i) -> b or c        | (and a (fn [i] (or b c)))
          share f(x) + 1             | (+ (share (call f x)) 1)
          (a <= b) == (b <= c)       | (== (group (<= a b)) (group (<= b c)))
          """)
  void bindsAsStated(String text, String tree) {
    List<Item> items = Parser.parse(new Source("test", text)).items();
    Expr value = ((Item.Evaluate) items.getFirst()).value();
    assertEquals(1, items.size());
    assertEquals(tree, Dump.of(value));
  }
}
