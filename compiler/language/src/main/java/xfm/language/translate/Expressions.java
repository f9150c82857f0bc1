package xfm.language.translate;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Expr.BinaryOp;
import xfm.compiler.ast.Type;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Nearest;
import xfm.compiler.diag.XfmException;
import xfm.compiler.program.Computation;
import xfm.compiler.source.Span;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.call.Signature.Written;
import xfm.language.model.Computing;
import xfm.language.node.AddNodeGen;
import xfm.language.node.ArithmeticNodeGen;
import xfm.language.node.CallNode;
import xfm.language.node.CallShape;
import xfm.language.node.CompareNodeGen;
import xfm.language.node.EqualNodeGen;
import xfm.language.node.EquationNode;
import xfm.language.node.Global;
import xfm.language.node.IfNode;
import xfm.language.node.LambdaNode;
import xfm.language.node.ListNode;
import xfm.language.node.LiteralNode;
import xfm.language.node.LogicNode;
import xfm.language.node.MemberNodeGen;
import xfm.language.node.NegateNodeGen;
import xfm.language.node.NotNode;
import xfm.language.node.ParameterNode;
import xfm.language.node.ReadCapturedNode;
import xfm.language.node.ReadGlobalNode;
import xfm.language.node.ReadLocalNodeGen;
import xfm.language.node.RecordNode;
import xfm.language.node.SubscriptNode;
import xfm.language.node.TemplateNode;
import xfm.language.node.Variable;
import xfm.language.node.WriteLocalNodeGen;
import xfm.language.node.XfmNode;
import xfm.language.value.Format;
import xfm.language.value.Nothing;
import xfm.language.value.Subscripts;

/** Expressions to nodes. */
final class Expressions {
  private final Translator translator;
  private final Names names;
  private final Frame frame;
  private final boolean script;
  private final List<Diagnostic> found;
  private final Known known;

  /**
   * The expressions of a script, or else of a function, which sees no variables of scripts; {@code
   * found} gets what is wrong.
   */
  Expressions(
      Translator translator, Names names, Frame frame, boolean script, List<Diagnostic> found) {
    this.translator = translator;
    this.names = names;
    this.frame = frame;
    this.script = script;
    this.found = found;
    this.known = new Known(names, frame, script);
  }

  XfmNode translate(Expr expr) {
    Span span = expr.span();
    return switch (expr) {
      case Expr.IntLiteral literal -> new LiteralNode(span, literal.value());
      case Expr.FloatLiteral literal -> new LiteralNode(span, literal.value());
      case Expr.BoolLiteral literal -> new LiteralNode(span, literal.value());
      case Expr.Text text -> new LiteralNode(span, text.value());
      case Expr.Template template -> template(template);
      case Expr.Name name -> name(name.text(), span);
      case Expr.ListOf list -> new ListNode(span, all(list.items()));
      case Expr.RecordOf fields -> fields(fields);
      case Expr.Subscript subscript -> subscript(subscript);
      case Expr.Member member -> member(member);
      case Expr.Call call -> call(call);
      case Expr.Reduce reduce -> computed(Computation.of(reduce), span);
      case Expr.Unary(Expr.UnaryOp op, Expr operand, Span _) ->
          switch (op) {
            case NEGATE -> NegateNodeGen.create(span, translate(operand));
            case NOT -> new NotNode(span, translate(operand));
          };
      case Expr.Binary binary -> binary(binary);
      case Expr.If choice ->
          new IfNode(
              span,
              translate(choice.condition()),
              translate(choice.then()),
              translate(choice.otherwise()));
      case Expr.Lambda lambda -> lambda(lambda, "(lambda)");
      case Expr.Else _ -> throw onlyIn(span, "`(… else …)` reads beyond the edge of a tensor");
      case Expr.Group group -> translate(group.inner());
      case Expr.Share _ -> throw onlyIn(span, "`share` makes one set of weights of a block");
      case Expr.Labelled _ -> throw onlyIn(span, "a label names the weights of a block");
    };
  }

  private XfmNode[] all(List<Expr> exprs) {
    return exprs.stream().map(this::translate).toArray(XfmNode[]::new);
  }

  /**
   * The value of a name: a local, one captured, a variable of the script, a declaration, a builtin.
   */
  XfmNode name(String name, Span span) {
    Optional<Variable> local = frame.find(name);
    if (local.isPresent()) {
      return ReadLocalNodeGen.create(span, local.get());
    }
    Optional<Integer> captured = frame.capture(name);
    if (captured.isPresent()) {
      return new ReadCapturedNode(span, captured.get());
    }
    Optional<Global> variable = script ? names.variable(name) : Optional.empty();
    if (variable.isPresent()) {
      return new ReadGlobalNode(span, variable.get());
    }
    return names
        .find(name)
        .map(value -> (XfmNode) new LiteralNode(span, value))
        .orElseGet(() -> {
          found.add(unknown(name, span));
          return new LiteralNode(span, Nothing.VALUE);
        });
  }

  /** What an equation or a reduction gives, from the variables that it reads. */
  XfmNode computed(Computation computation, Span span) {
    List<String> variables = new ArrayList<>();
    List<XfmNode> operands = new ArrayList<>();
    computation
        .reads()
        .forEach((name, use) -> {
          if (isVariable(name)) {
            variables.add(name);
            operands.add(name(name, use.span()));
          }
        });
    return new EquationNode(
        span,
        new Computing(computation, names.program(), variables),
        operands.toArray(XfmNode[]::new));
  }

  /** Whether a name is bound by a statement or a parameter, not by a declaration. */
  boolean isVariable(String name) {
    return frame.find(name).isPresent()
        || frame.capture(name).isPresent()
        || script && names.variable(name).filter(v -> !v.isDeclaration()).isPresent();
  }

  /** A member of a value, or a declaration of a file that was imported under a name. */
  private XfmNode member(Expr.Member member) {
    if (member.base() instanceof Expr.Name file
        && frame.find(file.text()).isEmpty()
        && frame.capture(file.text()).isEmpty()
        && (!script || names.variable(file.text()).isEmpty())
        && names.isImported(file.text())) {
      return new LiteralNode(
          member.span(), names.imported(file.text(), member.name().text(), member.name().span()));
    }
    known.problem(member).ifPresent(found::add);
    return MemberNodeGen.create(
        member.span(), member.name().text(), member.name().span(), translate(member.base()));
  }

  private Diagnostic unknown(String name, Span span) {
    Set<String> known = new HashSet<>(names.all());
    known.addAll(frame.names());
    Optional<String> meant = Nearest.suggest(name, known);
    Diagnostic problem = Diagnostic.of(Code.NAME, "nothing here is called `" + name + "`").at(span);
    return problem.help(
        meant.isPresent()
            ? "did you mean `" + meant.get() + "`?"
            : script ? "" : "a fn sees its arguments, declarations and builtins");
  }

  private XfmNode template(Expr.Template template) {
    List<XfmNode> nodes = new ArrayList<>();
    List<Format> formats = new ArrayList<>();
    for (Ast.Piece piece : template.pieces()) {
      switch (piece) {
        case Ast.Words words -> {
          nodes.add(new LiteralNode(words.span(), words.text()));
          formats.add(Format.PLAIN);
        }
        case Ast.Hole hole -> {
          nodes.add(translate(hole.value()));
          formats.add(Format.parse(hole.format()).orElseThrow(() -> badFormat(hole)));
        }
      }
    }
    return new TemplateNode(
        template.span(), nodes.toArray(XfmNode[]::new), formats.toArray(Format[]::new));
  }

  private static XfmException badFormat(Ast.Hole hole) {
    return Diagnostic.of(Code.SYNTAX, "`" + hole.format() + "` is not a format")
        .at(hole.span())
        .help("such as `.4` (digits), `,` (thousands), `.1%`, `.3e`, `12` or `<12` (width)")
        .raise();
  }

  private XfmNode fields(Expr.RecordOf fields) {
    Set<String> seen = new HashSet<>();
    for (Ast.Field field : fields.fields()) {
      if (!seen.add(field.name().text())) {
        throw Diagnostic.of(Code.NAME, "this record has two fields `" + field.name() + "`")
            .at(field.name().span(), "again here")
            .raise();
      }
    }
    return new RecordNode(
        fields.span(),
        fields.fields().stream().map(field -> field.name().text()).toArray(String[]::new),
        all(fields.fields().stream().map(Ast.Field::value).toList()));
  }

  private XfmNode subscript(Expr.Subscript subscript) {
    XfmNode[] positions =
        subscript.indices().stream()
            .map(index ->
                switch (index) {
                  case Ast.At at -> translate(at.value());
                  case Ast.Whole w -> new LiteralNode(w.span(), Subscripts.Part.WHOLE);
                  case Ast.Rest r -> new LiteralNode(r.span(), Subscripts.Part.REST);
                })
            .toArray(XfmNode[]::new);
    return new SubscriptNode(subscript.span(), translate(subscript.base()), positions);
  }

  private XfmNode call(Expr.Call call) {
    List<Written> written = new ArrayList<>();
    List<Span> places = new ArrayList<>();
    for (Ast.Argument argument : call.arguments()) {
      Optional<String> bare =
          argument.value() instanceof Expr.Name name ? Optional.of(name.text()) : Optional.empty();
      written.add(
          new Written(argument.name().map(Ast.Id::text), bare, Optional.of(argument.span())));
      places.add(argument.value().span());
    }
    CallShape shape = new CallShape(call.span(), call.callee().span(), written, places);
    XfmNode[] values = all(call.arguments().stream().map(Ast.Argument::value).toList());
    XfmNode callee = translate(call.callee());
    known.problem(call, shape).ifPresent(found::add);
    return new CallNode(shape, callee, values);
  }

  private XfmNode binary(Expr.Binary binary) {
    Span span = binary.span();
    BinaryOp op = binary.op();
    XfmNode left = translate(binary.left());
    XfmNode right = translate(binary.right());
    return switch (op) {
      case OR -> new LogicNode(span, true, left, right);
      case AND -> new LogicNode(span, false, left, right);
      case EQUAL -> EqualNodeGen.create(span, true, left, right);
      case UNEQUAL -> EqualNodeGen.create(span, false, left, right);
      case LESS, LESS_EQUAL, GREATER, GREATER_EQUAL -> CompareNodeGen.create(span, op, left, right);
      case ADD -> AddNodeGen.create(span, left, right);
      case SUBTRACT, MULTIPLY, DIVIDE, FLOOR_DIVIDE, REMAINDER, POWER ->
          ArithmeticNodeGen.create(span, op, left, right);
    };
  }

  /** The value of a {@code let}: a lambda is called by the name that it gets. */
  XfmNode named(Ast.Id name, Expr value) {
    return value instanceof Expr.Lambda lambda ? lambda(lambda, name.text()) : translate(value);
  }

  private XfmNode lambda(Expr.Lambda lambda, String name) {
    Frame inner = new Frame(Optional.of(frame));
    Expressions inside = new Expressions(translator, names, inner, script, found);
    List<XfmNode> prologue = inside.parameters(lambda.parameters());
    XfmNode body = inside.translate(lambda.body());
    return new LambdaNode(
        lambda.span(),
        signature(name, lambda.parameters()),
        translator.root(name, inner, prologue, body, lambda.span()),
        inner.captures());
  }

  /** Gives the parameters their values on entry, in order: a default may use those before it. */
  List<XfmNode> parameters(List<Ast.Parameter> parameters) {
    List<XfmNode> prologue = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      Ast.Parameter parameter = parameters.get(i);
      XfmNode byDefault = parameter.defaultValue().map(this::translate).orElse(null);
      XfmNode value = new ParameterNode(parameter.span(), i, byDefault);
      Variable variable =
          frame
              .declare(parameter.name().text())
              .orElseThrow(() ->
                  Diagnostic.of(Code.NAME, "two parameters are called `" + parameter.name() + "`")
                      .at(parameter.name().span(), "again here")
                      .raise());
      prologue.add(WriteLocalNodeGen.create(parameter.span(), variable, true, value));
    }
    return prologue;
  }

  static Signature signature(String name, List<Ast.Parameter> parameters) {
    return new Signature(
        name,
        parameters.stream()
            .map(p ->
                new Parameter(
                    p.name().text(),
                    p.type().map(Expressions::kind).orElse(Kind.ANY),
                    p.defaultValue().isEmpty()))
            .toList(),
        false,
        false);
  }

  static Kind kind(Type type) {
    return switch (type) {
      case Type.Scalar scalar ->
          switch (scalar.element()) {
            case FLOAT -> Kind.FLOAT;
            case INT, TOKEN -> Kind.INT;
            case BOOL -> Kind.BOOL;
            case TEXT -> Kind.TEXT;
          };
      case Type.Function _ -> Kind.FUNCTION;
      case Type.Tensor _, Type.Record _ -> Kind.ANY;
    };
  }

  private static XfmException onlyIn(Span span, String message) {
    return Diagnostic.of(Code.UNSUPPORTED, message + ": it belongs to a block, a fn or a model")
        .at(span, "this is a script")
        .raise();
  }
}
