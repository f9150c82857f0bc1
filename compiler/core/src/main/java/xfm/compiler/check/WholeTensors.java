package xfm.compiler.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.source.Span;

/** Tensors without their indices, where one element is meant: what is said of them. */
final class WholeTensors {
  private final Elaboration all;

  WholeTensors(Elaboration all) {
    this.all = all;
  }

  /** {@code table[tokens, :]} in an equation: a subscript takes one element, not a tensor. */
  void places(List<Expr> bodies, List<String> left, Context context) {
    for (Expr body : bodies) {
      if (body instanceof Expr.Reduce e) {
        e.binders().forEach(binder -> all.equations.freshInside(binder, context));
      }
      if (body instanceof Expr.Subscript e) {
        for (Ast.Index index : e.indices()) {
          if (index instanceof Ast.At(Expr.Name name, Span span)) {
            context
                .scope()
                .find(name.text())
                .filter(b -> b.meta() instanceof Meta.Tensor tensor && !tensor.shape().isEmpty())
                .ifPresent(b -> {
                  throw Diagnostic.of(
                          Code.INDEX,
                          "a subscript is one place, and `" + name.text() + "` is a whole tensor")
                      .at(span, "used as a place")
                      .at(b.span(), "stands for " + Errors.describe(b.meta()))
                      .help(
                          "write one element of it, `"
                              + Subscripts.elements(e, left, context)
                              + "`, or take another letter for an index")
                      .raise();
                });
          }
        }
      }
      List<Expr> inner = new ArrayList<>();
      Uses.children(body, inner::add);
      places(inner, left, context);
    }
  }

  /** What is compared or computed with is an element, and would say how far its indices run. */
  void operands(List<Expr> bodies, Context context) {
    for (Expr body : bodies) {
      List<Expr> inner = new ArrayList<>();
      Uses.children(body, inner::add);
      if (body instanceof Expr.Binary || body instanceof Expr.Unary) {
        for (Expr operand : inner) {
          if (operand instanceof Expr.Name name
              && context.scope().find(name.text()).map(Scope.Binding::meta).orElse(null)
                  instanceof Meta.Tensor tensor) {
            all.expressions.term(tensor, operand, context);
          }
        }
      }
      operands(inner, context);
    }
  }

  /** What does not take whole tensors takes their elements. */
  static XfmException combined(Expr.Binary e, Meta a, Meta b) {
    Optional<String> left = element(a, e.left());
    Optional<String> right = element(b, e.right());
    String each =
        left.orElse(e.left().span().text())
            + " "
            + e.op().sign
            + " "
            + right.orElse(e.right().span().text());
    String first = left.or(() -> right).orElseThrow();
    boolean asks =
        switch (e.op()) {
          case EQUAL, UNEQUAL, LESS, LESS_EQUAL, GREATER, GREATER_EQUAL -> true;
          case OR, AND, ADD, SUBTRACT, MULTIPLY, DIVIDE, FLOOR_DIVIDE, REMAINDER, POWER -> false;
        };
    Diagnostic problem =
        Diagnostic.of(Code.TYPE, "`" + e.op().sign + "` does not take whole tensors").at(e.span());
    return (asks
            ? problem.note("an `if` statement is decided when the model is made, before any data")
            : problem)
        .help(
            "write it for each element, in an equation: `y"
                + first.substring(first.indexOf('['))
                + " = "
                + (asks ? "if " + each + " then … else …" : each)
                + "`")
        .raise();
  }

  /** One element of what an expression stands for, if it is a whole tensor: {@code x[i, a]}. */
  private static Optional<String> element(Meta meta, Expr expr) {
    if (!(meta instanceof Meta.Tensor tensor) || tensor.shape().isEmpty()) {
      return Optional.empty();
    }
    String name = expr instanceof Expr.Name ? expr.span().text() : "x";
    String defined = tensor.what().replace("`", "");
    return Optional.of(
        defined.startsWith(name + "[")
            ? defined
            : name + "[" + Errors.letters(tensor.shape().size()) + "]");
  }

  /** One element of a tensor, by the indices around that run over its axes. */
  static Optional<String> element(Meta.Tensor tensor, Expr expr, Context context) {
    if (!(expr instanceof Expr.Name(String name, Span _))) {
      return Optional.empty();
    }
    Map<String, Poly> sizes = new TreeMap<>(context.pending());
    for (Map<String, Scope.Binding> names : context.scope().state()) {
      names.forEach((index, binding) -> {
        if (binding.meta() instanceof Meta.Scalar(Term.Int(Poly place))
            && place.atom().orElse(null) instanceof Atom.Index of) {
          sizes.putIfAbsent(index, of.size());
        }
      });
    }
    List<String> letters = new ArrayList<>();
    for (Poly size : tensor.shape()) {
      Optional<String> index =
          sizes.keySet().stream()
              .filter(i -> sizes.get(i).equals(size) && !letters.contains(i))
              .findFirst();
      if (index.isEmpty()) {
        return Optional.empty();
      }
      letters.add(index.get());
    }
    return Optional.of(name + "[" + String.join(", ", letters) + "]");
  }
}
