package xfm.compiler.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Item;
import xfm.compiler.ast.Type;
import xfm.compiler.check.Checker;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.source.Source;
import xfm.compiler.source.Span;
import xfm.runtime.tensor.Tensor;

/**
 * What a script computes with an equation or a reduction: a function of the tensors and numbers
 * that it reads, made for the shapes that these have.
 *
 * @param reads the names that it uses and does not define, each where it stands first; some are
 *     indices
 */
public record Computation(String name, List<Item> body, Map<String, Expr.Name> reads, Span span) {

  /** What {@code y[i, b] = …} or {@code (a[i], b[i]) = …} defines. */
  public static Computation of(Item.Equation equation) {
    List<Ast.Id> targets =
        equation.targets().stream()
            .map(Ast.Target::name)
            .filter(name -> !name.text().equals("_"))
            .toList();
    Map<String, Expr.Name> reads = Checker.names(equation);
    targets.forEach(target -> reads.remove(target.text()));
    Expr result =
        targets.size() == 1
            ? read(targets.getFirst())
            : new Expr.RecordOf(
                targets.stream().map(t -> new Ast.Field(t, read(t), t.span())).toList(),
                equation.span());
    return new Computation(
        targets.isEmpty() ? "_" : targets.getFirst().text(),
        List.of(equation, new Item.Return(Optional.empty(), Optional.of(result), equation.span())),
        reads,
        equation.span());
  }

  /** The value of {@code sum[i](…)} where it stands alone. */
  public static Computation of(Expr value) {
    Span span = value.span();
    Ast.Target nothing = new Ast.Target(new Ast.Id("_", span), Optional.empty(), span);
    return new Computation(
        "this",
        List.of(new Item.Return(Optional.empty(), Optional.of(value), span)),
        Checker.names(new Item.Equation(List.of(nothing), false, false, value, span)),
        span);
  }

  private static Expr read(Ast.Id name) {
    return new Expr.Name(name.text(), name.span());
  }

  /**
   * The function for these values of the names that it reads.
   *
   * @param given a Long, Double, Boolean or Tensor for each name that is no index
   * @throws xfm.compiler.diag.XfmException if the equation is wrong for them
   */
  public Model make(Program program, Map<String, Object> given) {
    List<Ast.Parameter> parameters = new ArrayList<>();
    Map<String, Object> settings = new LinkedHashMap<>();
    given.forEach((name, value) -> {
      Span place = reads.get(name).span();
      Ast.Id id = new Ast.Id(name, place);
      parameters.add(
          new Ast.Parameter(id, Optional.of(type(name, value)), Optional.empty(), place));
      if (!(value instanceof Tensor)) {
        settings.put(name, value);
      }
    });
    Item.Declaration function =
        new Item.Declaration(
            Item.Kind.FN,
            new Ast.Id(name, span),
            parameters,
            Optional.empty(),
            List.of(),
            body,
            false,
            span);
    return withoutWeights(program.make(function, settings, span), span);
  }

  /** A script has nowhere to keep the weights of a block. */
  static Model withoutWeights(Model model, Span span) {
    if (model.graph().weights().stream().anyMatch(weight -> !weight.constant())) {
      throw Diagnostic.of(Code.CALL, "this calls a block, which has weights")
          .at(span)
          .help("call it in a `model`: its weights are read, made and kept with the model")
          .raise();
    }
    return model;
  }

  /** What a function that was made for the one values serves: shapes, numbers, bounds. */
  public static List<Object> key(Map<String, Object> given) {
    return given.values().stream().map(v -> v instanceof Tensor t ? words(t) : v).toList();
  }

  private static Type type(String name, Object value) {
    Source words = new Source(name, value instanceof Tensor t ? words(t) : "");
    Span span = words.all();
    return switch (value) {
      case Long _ -> new Type.Scalar(Type.Element.INT, Optional.empty(), span);
      case Double _ -> new Type.Scalar(Type.Element.FLOAT, Optional.empty(), span);
      case Boolean _ -> new Type.Scalar(Type.Element.BOOL, Optional.empty(), span);
      case Tensor tensor ->
          new Type.Tensor(
              Arrays.stream(tensor.shape())
                  .mapToObj(size ->
                      (Ast.Dim)
                          new Ast.Size(new Expr.IntLiteral(size, span), Optional.empty(), span))
                  .toList(),
              element(tensor, span),
              span);
      default -> throw new IllegalArgumentException("an operand of " + value.getClass());
    };
  }

  private static Type.Scalar element(Tensor tensor, Span span) {
    OptionalLong below = below(tensor);
    return new Type.Scalar(
        switch (tensor.dtype()) {
          case F64, F32, F16, BF16 -> Type.Element.FLOAT;
          case BOOL -> Type.Element.BOOL;
          case I64, I32, I16, I8, U64, U32, U16, U8 -> Type.Element.INT;
        },
        below.isPresent()
            ? Optional.of(new Expr.IntLiteral(below.getAsLong(), span))
            : Optional.empty(),
        span);
  }

  /** Ints from 0 may be places: their bound is what they are below. */
  private static OptionalLong below(Tensor tensor) {
    if (tensor.dtype().floating() || tensor.dtype() == xfm.runtime.tensor.DType.BOOL) {
      return OptionalLong.empty();
    }
    int[] values = tensor.toInts();
    return Arrays.stream(values).allMatch(v -> v >= 0)
        ? OptionalLong.of(Arrays.stream(values).mapToLong(v -> v + 1L).max().orElse(1))
        : OptionalLong.empty();
  }

  /** {@code [8, 64]}, {@code [8] int < 65}: as a declaration would say it. */
  private static String words(Tensor tensor) {
    String shape =
        Arrays.stream(tensor.shape())
            .mapToObj(Long::toString)
            .collect(Collectors.joining(", ", "[", "]"));
    String kind =
        switch (tensor.dtype()) {
          case F64, F32, F16, BF16 -> "";
          case BOOL -> " bool";
          case I64, I32, I16, I8, U64, U32, U16, U8 -> " int";
        };
    OptionalLong below = below(tensor);
    return shape + kind + (below.isPresent() ? " < " + below.getAsLong() : "");
  }
}
