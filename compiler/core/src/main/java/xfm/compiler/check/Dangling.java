package xfm.compiler.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Poly;
import xfm.compiler.source.Span;

/** Indices that only one thing in their equation holds: often two letters are meant as one. */
final class Dangling {
  private Dangling() {}

  /** Those of an equation: on the left alone, or on the right in one factor. */
  static List<Expr> of(Map<String, Ast.Binder> named, Map<String, Expr> rightOnly, Expr body) {
    List<Expr> alone = new ArrayList<>();
    named.forEach((name, binder) -> {
      if (!Uses.uses(body, name)) {
        alone.add(new Expr.Name(name, binder.name().span()));
      }
    });
    rightOnly.forEach((name, use) -> {
      if (Uses.innerProduct(body, name).isEmpty()) {
        alone.add(use);
      }
    });
    return alone;
  }

  /** An index on the right that nothing sums: another one like it may be meant. */
  static XfmException unsummed(Expr.Name e, List<Expr> dangling) {
    Diagnostic diagnostic =
        Diagnostic.of(
                Code.INDEX,
                "the index `" + e.text() + "` is not on the left, and no product here sums over it")
            .at(e.span(), "used here in one factor only");
    List<Expr> others =
        dangling.stream().filter(other -> !other.span().text().equals(e.text())).toList();
    if (others.size() == 1) {
      Span other = others.getFirst().span();
      return diagnostic
          .at(other, "and `" + other.text() + "` stands here alone")
          .help("did you mean `" + other.text() + "`? Or is it a sum: `sum[" + e.text() + "](…)`")
          .raise();
    }
    return diagnostic
        .note("an index is summed by itself where it stands in two factors of one product")
        .help("write `sum[" + e.text() + "](…)` around what is to be summed")
        .raise();
  }

  /**
   * An index of which nothing says how far it runs.
   *
   * @param pending indices of the equation around that no sum has bound yet
   * @param axis how long an axis is that a longer subscript with the index goes into
   */
  static XfmException unsized(
      String name,
      Map<String, Ast.Binder> named,
      Map<String, Expr> others,
      List<Expr> bodies,
      Map<String, Poly> pending,
      Optional<Poly> axis) {
    boolean left = named.containsKey(name);
    String state =
        axis.map(size -> "state its size, as in `" + name + ": " + size + "`")
            .orElse("state its size: `" + name + ": size`");
    Diagnostic diagnostic =
        Diagnostic.of(Code.INDEX, "nothing says how far the index `" + name + "` runs")
            .at(left ? named.get(name).span() : others.get(name).span());
    Map<String, Expr> right = new LinkedHashMap<>(others);
    if (left) {
      bodies.forEach(body -> right.putAll(Uses.subscripts(body)));
      right.keySet().removeIf(o -> !others.containsKey(o) && !pending.containsKey(o));
    }
    List<Expr> alone =
        right.keySet().stream()
            .filter(o -> left && !named.containsKey(o))
            .filter(o -> bodies.stream().allMatch(b -> Uses.innerProduct(b, o).isEmpty()))
            .map(right::get)
            .toList();
    if (alone.size() == 1) {
      Span other = alone.getFirst().span();
      return diagnostic
          .at(other, "and `" + other.text() + "` stands on the right alone")
          .help("did you mean one letter for both? Or " + state)
          .raise();
    }
    Optional<Expr.Reduce> along =
        bodies.stream().flatMap(body -> along(body, name).stream()).findFirst();
    return diagnostic
        .note("an index runs over the axis that it subscripts alone, as in `x[" + name + "]`")
        .help(
            along
                .map(
                    e -> "nothing in `" + e.operation() + "[" + name + "](…)` is subscripted by it")
                .orElse(left ? state : other(name, named.keySet(), others.keySet(), bodies)))
        .raise();
  }

  /** Which index may be meant by one that is none. */
  private static String other(
      String name, Set<String> named, Set<String> others, List<Expr> bodies) {
    Set<String> letters = new TreeSet<>(named);
    letters.addAll(others);
    bodies.forEach(body -> letters.addAll(Uses.letters(body)));
    letters.remove(name);
    return Errors.nearest(
        name,
        letters,
        "if it is no index, nothing here is called `"
            + name
            + "`"
            + (letters.isEmpty()
                ? ""
                : "; the other indices are " + Calls.quoted(List.copyOf(letters))));
  }

  /** A softmax, or one of its kin, along the index. */
  private static Optional<Expr.Reduce> along(Expr expr, String name) {
    if (expr instanceof Expr.Reduce e
        && Uses.keepsIndex(e)
        && e.binders().stream().anyMatch(b -> b.name().text().equals(name))) {
      return Optional.of(e);
    }
    List<Expr> inner = new ArrayList<>();
    Uses.children(expr, inner::add);
    return inner.stream().flatMap(child -> along(child, name).stream()).findFirst();
  }
}
