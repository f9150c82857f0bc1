package xfm.compiler.syntax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import org.junit.jupiter.api.Test;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Item;
import xfm.compiler.source.Source;

/** Every node knows the words it was made of, whatever characters stand before it. */
class SpanTest {
  private static Item.Equation equation(String text) {
    Ast.File file = Parser.parse(new Source("test", text));
    return assertInstanceOf(Item.Equation.class, file.items().getLast());
  }

  @Test
  void coversItsWords() {
    Item.Equation e = equation("# 😀 é\ny[i, t: n] = (a[i] + b.c) * f(x, y = 2)  # end");
    assertEquals("y[i, t: n] = (a[i] + b.c) * f(x, y = 2)", e.span().text());
    assertEquals("y[i, t: n]", e.targets().getFirst().span().text());
    assertEquals("t: n", e.targets().getFirst().indices().orElseThrow().get(1).span().text());
    Expr.Binary product = assertInstanceOf(Expr.Binary.class, e.value());
    assertEquals("(a[i] + b.c)", product.left().span().text());
    Expr.Call call = assertInstanceOf(Expr.Call.class, product.right());
    assertEquals("y = 2", call.arguments().get(1).span().text());
    assertEquals("test:2:1", e.span().toString());
  }

  @Test
  void ofHolesAreThoseInTheText() {
    Item.Equation e = equation("x = \"😀 a {b + c[0]:.3} d\"");
    Expr.Template text = assertInstanceOf(Expr.Template.class, e.value());
    assertEquals("😀 a ", text.pieces().get(0).span().text());
    Ast.Hole hole = assertInstanceOf(Ast.Hole.class, text.pieces().get(1));
    assertEquals("{b + c[0]:.3}", hole.span().text());
    assertEquals("b + c[0]", hole.value().span().text());
    assertEquals(".3", hole.format());
  }
}
