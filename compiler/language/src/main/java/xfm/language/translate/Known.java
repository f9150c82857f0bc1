package xfm.language.translate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Item;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.language.call.Parameter;
import xfm.language.call.Signature;
import xfm.language.call.XfmCallable;
import xfm.language.model.ModelDeclaration;
import xfm.language.model.ModelValue;
import xfm.language.node.CallShape;
import xfm.language.node.Global;
import xfm.language.value.BlockValue;
import xfm.language.value.Members;
import xfm.language.value.Values;

/**
 * What is plainly known of a script before it runs: which declaration or builtin a name stands for,
 * and which expressions are models. What is wrong with their calls and members is found by it;
 * anything else is passed over, and found when it runs.
 */
final class Known {
  /** {@code let a = b}, {@code let b = a}: a chain of names that is longer is not followed. */
  private static final int LONGEST = 8;

  private final Names names;
  private final Frame frame;
  private final boolean script;

  Known(Names names, Frame frame, boolean script) {
    this.names = names;
    this.frame = frame;
    this.script = script;
  }

  /** What an expression is. */
  private sealed interface Kind {
    /** This declaration or builtin. */
    record Value(Object value) implements Kind {}

    /** A model with sizes. */
    record Model() implements Kind {}

    /** A function with this signature, the method of some object. */
    record Method(Signature signature, boolean makesModel) implements Kind {}
  }

  /** What the variables at the top of a file are bound to that are bound once and for all. */
  static Map<String, Expr> once(Ast.File file) {
    Map<String, Expr> once = new HashMap<>();
    file.items()
        .forEach(item -> {
          if (item instanceof Item.Let let) {
            once.put(let.name().text(), let.value());
          }
        });
    without(file.items(), once);
    return once;
  }

  private static void without(List<Item> items, Map<String, Expr> once) {
    for (Item item : items) {
      switch (item) {
        case Item.Equation e -> e.targets().forEach(target -> once.remove(target.name().text()));
        case Item.If choice -> {
          without(choice.then(), once);
          without(choice.otherwise(), once);
        }
        case Item.For loop -> without(loop.body(), once);
        case Item.While loop -> without(loop.body(), once);
        case Item.Repeat repeat -> without(repeat.body(), once);
        default -> {}
      }
    }
  }

  private Optional<Kind> kind(Expr expr, boolean locals, int depth) {
    if (depth > LONGEST) {
      return Optional.empty();
    }
    return switch (expr) {
      case Expr.Group group -> kind(group.inner(), locals, depth + 1);
      case Expr.Name name -> name(name.text(), locals, depth + 1);
      case Expr.Call call ->
          kind(call.callee(), locals, depth + 1)
              .filter(callee ->
                  callee instanceof Kind.Value(ModelDeclaration _)
                      || callee instanceof Kind.Method(Signature _, boolean makes) && makes)
              .map(callee -> new Kind.Model());
      case Expr.Member member ->
          kind(member.base(), locals, depth + 1)
              .flatMap(base ->
                  switch (base) {
                    case Kind.Model _ ->
                        ModelValue.method(member.name().text())
                            .map(method -> new Kind.Method(method, false));
                    case Kind.Value(ModelDeclaration _) ->
                        ModelDeclaration.method(member.name().text())
                            .map(method -> new Kind.Method(method, true));
                    default -> Optional.<Kind>empty();
                  });
      default -> Optional.empty();
    };
  }

  private Optional<Kind> name(String name, boolean locals, int depth) {
    if (locals && frame.names().contains(name)) {
      return Optional.empty();
    }
    Optional<Global> variable = script ? names.variable(name) : Optional.empty();
    if (variable.isEmpty()) {
      return names.find(name).map(Kind.Value::new);
    }
    if (variable.get().isDeclaration()) {
      return Optional.of(new Kind.Value(variable.get().value()));
    }
    return names.once(name).flatMap(value -> kind(value, false, depth));
  }

  /** What is wrong with a member: a model has no such method. */
  Optional<Diagnostic> problem(Expr.Member member) {
    Optional<Kind> base = kind(member.base(), true, 0);
    String name = member.name().text();
    return switch (base.orElse(null)) {
      case Kind.Model _ when !ModelValue.MEMBERS.contains(name) ->
          Optional.of(
              Members.unknown("a model", name, ModelValue.MEMBERS).at(member.name().span()));
      case Kind.Value(ModelDeclaration model) when ModelDeclaration.method(name).isEmpty() ->
          Optional.of(
              Members.unknown(Values.describe(model), name, List.of("load"))
                  .at(member.name().span()));
      case null, default -> Optional.empty();
    };
  }

  /** What is wrong with a call, as far as it shows without the values of the arguments. */
  Optional<Diagnostic> problem(Expr.Call call, CallShape shape) {
    Optional<Kind> callee = kind(call.callee(), true, 0);
    return switch (callee.orElse(null)) {
      case Kind.Value(BlockValue block) -> Optional.of(shape.noFunction(block));
      case Kind.Value(XfmCallable function) -> problem(call, shape, function.signature());
      case Kind.Method(Signature signature, boolean _) -> problem(call, shape, signature);
      case null, default -> Optional.empty();
    };
  }

  private static Optional<Diagnostic> problem(
      Expr.Call call, CallShape shape, Signature signature) {
    try {
      int[] target = signature.bind(shape.written());
      for (int i = 0; i < target.length; i++) {
        Optional<Object> literal = literal(call.arguments().get(i).value());
        Parameter parameter = signature.parameters().get(target[i]);
        if (literal.isPresent() && parameter.kind().accept(literal.get()).isEmpty()) {
          throw signature.wrongKind(parameter, literal.get(), i, shape.places());
        }
      }
      return Optional.empty();
    } catch (XfmException e) {
      Diagnostic problem = e.diagnostics().getFirst();
      return Optional.of(
          problem.labels().isEmpty() ? problem.at(call.span(), "in this call") : problem);
    }
  }

  private static Optional<Object> literal(Expr expr) {
    return switch (expr) {
      case Expr.IntLiteral literal -> Optional.of(literal.value());
      case Expr.FloatLiteral literal -> Optional.of(literal.value());
      case Expr.BoolLiteral literal -> Optional.of(literal.value());
      case Expr.Text text -> Optional.of(text.value());
      default -> Optional.empty();
    };
  }
}
