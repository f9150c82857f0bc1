package xfm.compiler.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Item;
import xfm.compiler.ast.Type;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.source.Span;

/** What is said where what a call gives is not what a declaration asks for. */
final class Mismatches {
  /** Divisors are looked for downwards from numbers up to this. */
  private static final long MOST_TRIED = 100_000;

  private Mismatches() {}

  static XfmException notInRange(Ast.Parameter parameter, Poly limit, Poly given, Site site) {
    String name = parameter.name().text();
    return Diagnostic.of(Code.INDEX, "`" + name + "` is not proved to be in 0 … " + limit.minus(1))
        .at(site.of(name), "given here: " + given)
        .at(parameter.span(), "declared here")
        .help("`clamp(z, lo, hi)` bounds an int")
        .raise();
  }

  static XfmException notInRange(
      String name, Meta.Tensor tensor, Type.Tensor type, Poly limit, Site site) {
    return Diagnostic.of(
            Code.INDEX,
            "the elements of `" + name + "` are not proved to be in 0 … " + limit.minus(1))
        .at(site.of(name), "given here: " + tensor.called())
        .at(type.span(), "declared here")
        .raise();
  }

  static XfmException tooLong(
      String name, Meta.Tensor tensor, Ast.Size size, Poly most, Site site) {
    return Diagnostic.of(Code.SHAPE, "`" + name + "` is not proved to be at most " + most + " long")
        .at(site.of(name), "given here: " + tensor.called())
        .at(size.span(), "declared here")
        .help("bound the length where it comes from: `[n <= …]`")
        .raise();
  }

  /** A default {@code d / heads} that does not come out whole, said as a condition on the two. */
  static XfmException indivisible(
      Ast.Parameter parameter, Expr left, long a, Expr right, long b, Site site) {
    Span expr = parameter.defaultValue().orElseThrow().span();
    String over = right.span().text();
    String needed = b == 0 ? over + " >= 1" : left.span().text() + " % " + over + " == 0";
    String help = "";
    long below = Math.min(a, b);
    if (below > 1 && below <= MOST_TRIED) {
      while (a % below != 0) {
        below--;
      }
      help = "such as `" + over + " = " + below + "`, which divides " + a + "; or ";
    }
    return Diagnostic.of(
            Code.REQUIRE,
            "`"
                + parameter.name()
                + " = "
                + expr.text()
                + "` needs `"
                + needed
                + "`, and it does not hold")
        .at(
            site.span(),
            "in this call: " + left.span().text() + " = " + a + ", " + over + " = " + b)
        .at(expr, a + " / " + b + (b == 0 ? "" : " leaves " + Math.floorMod(a, b)))
        .help(help + "give `" + parameter.name() + " = …` a value of its own")
        .raise();
  }

  /** Of another kind than it is declared. */
  static XfmException wrong(Ast.Parameter parameter, String needed, Meta value, Site site) {
    Optional<Diagnostic> lacking =
        needed.equals("a function")
            ? Optional.empty()
            : Errors.lacking(value, site.of(parameter.name().text()));
    return lacking.isPresent() ? lacking.get().raise() : kind(parameter, needed, value, site);
  }

  private static XfmException kind(Ast.Parameter parameter, String needed, Meta value, Site site) {
    return Diagnostic.of(
            Code.TYPE,
            "`" + parameter.name() + "` is " + needed + ", and is given " + Errors.describe(value))
        .at(site.of(parameter.name().text()), "given here")
        .at(parameter.span(), "declared here")
        .help(
            value instanceof Meta.Scalar(Term term)
                    && term.kind() == Term.Kind.FLOAT
                    && needed.equals("an int")
                ? "`floor(…)` makes an int of a float; `//` divides ints"
                : "")
        .raise();
  }

  /** Something else where a tensor stands, or a tensor where something else does. */
  static XfmException notTensor(String name, Type type, Meta value, Site site, Context context) {
    return Errors.lacking(value, site.of(name))
        .orElseGet(() ->
            Diagnostic.of(
                    Code.TYPE,
                    "`"
                        + name
                        + "` is "
                        + (type instanceof Type.Tensor
                            ? "a tensor"
                            : Errors.one(type.span().text()))
                        + ", and is given "
                        + Errors.describe(value))
                .at(site.of(name), "given here")
                .at(type.span(), "declared here")
                .help(
                    type instanceof Type.Scalar && value instanceof Meta.Tensor tensor
                        ? elements(site, name, tensor.shape().size(), context)
                        : ""))
        .raise();
  }

  static XfmException otherElements(
      String name, Type.Tensor declared, Meta.Tensor tensor, Site site) {
    return Diagnostic.of(
            Code.TYPE,
            "`"
                + name
                + "` holds "
                + Errors.elements(Binding.kind(declared.element()))
                + ", and is given "
                + Errors.elements(tensor.kind()))
        .at(site.of(name), "given here: " + tensor.called())
        .at(declared.span(), "declared here")
        .help("the elements of a tensor are floats unless its type says `int` or `bool`")
        .raise();
  }

  /**
   * @param fixed how many axes are declared
   * @param rest whether there may be more
   */
  static XfmException otherAxes(
      String name, Type.Tensor declared, Meta.Tensor tensor, int fixed, boolean rest, Site site) {
    return Diagnostic.of(
            Code.SHAPE,
            "`"
                + name
                + "` has "
                + (rest ? "at least " : "")
                + Errors.axes(fixed)
                + ", and is given a tensor with "
                + Errors.axes(tensor.shape().size()))
        .at(site.of(name), "given here: " + tensor.called())
        .at(declared.span(), "declared here")
        .raise();
  }

  /** How a function of numbers is used on a tensor: for each element, in an equation. */
  private static String elements(Site site, String name, int rank, Context context) {
    Span call = site.span();
    Span given = site.of(name);
    String letters = Errors.letters(rank);
    if (context.equation() || given.equals(call) || !call.holds(given)) {
      return "subscript it, one index for each axis: `[" + letters + "]`";
    }
    String text = call.source().text();
    return "write it for each element: `y["
        + letters
        + "] = "
        + text.substring(call.start(), given.end())
        + "["
        + letters
        + "]"
        + text.substring(given.end(), call.end())
        + "`";
  }

  /** An axis that is not as long as others say. */
  static XfmException otherSize(
      String name,
      Meta.Tensor tensor,
      Poly actual,
      Expr expr,
      Poly needed,
      Scope scope,
      Site site,
      Map<String, Binding.Origin> origins) {
    Diagnostic diagnostic =
        Diagnostic.of(Code.SHAPE, "these two sizes must be the same, and are not")
            .at(site.of(name), "this axis is " + actual + ": " + tensor.called())
            .at(expr.span(), "and it must be " + needed + " here");
    for (String each : Uses.names(expr)) {
      Optional<Span> place =
          Optional.ofNullable(origins.get(each))
              .map(Binding.Origin::place)
              .or(() -> Optional.ofNullable(site.arguments().get(each)));
      if (place.isPresent() && !place.get().equals(site.of(name))) {
        String what = Optional.ofNullable(origins.get(each)).map(o -> ": " + o.what()).orElse("");
        diagnostic =
            diagnostic.at(place.get(), values(new Expr.Name(each, expr.span()), scope) + what);
      }
    }
    return diagnostic.raise();
  }

  /** A condition that nothing proves, or that does not hold. */
  static Diagnostic unmet(Item.Declaration d, Expr condition, String why, Scope scope, Site site) {
    String needed = condition.span().text();
    return Diagnostic.of(Code.REQUIRE, "`" + d.name() + "` needs `" + needed + "`, and " + why)
        .at(site.span(), inThisCall(condition, scope))
        .at(condition.span(), "required here");
  }

  /** The place of a call, and the numbers behind what is said of it. */
  static String inThisCall(Expr expr, Scope scope) {
    String values = values(expr, scope);
    return "in this call" + (values.isEmpty() ? "" : ": " + values);
  }

  /** {@code heads = 7, kv_heads = 2}: the numbers behind a condition. */
  static String values(Expr condition, Scope scope) {
    List<String> found = new ArrayList<>();
    names(condition, scope, found);
    return String.join(", ", found);
  }

  private static void names(Expr expr, Scope scope, List<String> found) {
    if (expr instanceof Expr.Name(String name, Span span)
        && scope.find(name).map(Scope.Binding::meta).orElse(null)
            instanceof Meta.Scalar(Term term)) {
      String text =
          switch (term) {
            case Term.Int(Poly value) -> value.toString().equals(name) ? "" : name + " = " + value;
            case Term.Number(double value) -> name + " = " + value;
            case Term.Truth(boolean value) -> name + " = " + value;
            default -> "";
          };
      if (!text.isEmpty() && !found.contains(text)) {
        found.add(text);
      }
    }
    Uses.children(expr, child -> names(child, scope, found));
  }
}
