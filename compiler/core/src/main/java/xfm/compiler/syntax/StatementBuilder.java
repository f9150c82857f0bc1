package xfm.compiler.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.antlr.v4.runtime.ParserRuleContext;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Ast.Target;
import xfm.compiler.ast.Ast.WeightName;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Item;
import xfm.compiler.ast.Type;
import xfm.compiler.source.Span;
import xfm.grammar.XfmParser.*;
import xfm.grammar.XfmParserBaseVisitor;

/** Declarations and statements of the tree. Statements that the parser gave up are left out. */
final class StatementBuilder extends XfmParserBaseVisitor<Item> {
  private final Span whole;
  private final Problems problems;
  private final Predicate<ParserRuleContext> failed;
  private final ExpressionBuilder expressions;
  private int blocks;

  StatementBuilder(Span whole, Problems problems, Predicate<ParserRuleContext> failed) {
    this.whole = whole;
    this.problems = problems;
    this.failed = failed;
    this.expressions = new ExpressionBuilder(whole, problems);
  }

  Ast.File file(FileContext context) {
    Optional<Ast.Version> version =
        Optional.ofNullable(context.version())
            .map(each -> new Ast.Version(FileParser.VERSION, expressions.span(each)));
    return new Ast.File(whole.source(), version, statements(context.statements()));
  }

  private List<Item> statements(StatementsContext context) {
    List<Item> items = new ArrayList<>();
    if (context == null) {
      return items; // given up before its first statement
    }
    for (StatementContext each : context.statement()) {
      if (!failed.test(each)) {
        Item item = visit(each);
        if (item != null) {
          items.add(item);
        }
      }
    }
    return items;
  }

  private List<Item> block(BlockContext context) {
    blocks++;
    List<Item> items = statements(context.statements());
    blocks--;
    return items;
  }

  private Expr expression(LabelledContext context) {
    return expressions.visit(context);
  }

  /** Reports a declaration that stands inside another. */
  private void topOnly(ParserRuleContext context, String what) {
    if (blocks > 0) {
      problems.syntax(
          expressions.span(context.getStart()),
          what + " stands at the top of a file, not inside another declaration or statement",
          "",
          "move it out of the braces; what it needs from here can be a parameter");
    }
  }

  @Override
  public Item visitDeclare(DeclareContext statement) {
    DeclarationContext context = statement.declaration();
    Item.Kind kind =
        context.FN() != null
            ? Item.Kind.FN
            : context.BLOCK() != null ? Item.Kind.BLOCK : Item.Kind.MODEL;
    topOnly(context, kind == Item.Kind.FN ? "a function" : "a " + kind.word());
    List<Item> body;
    if (context.block() != null) {
      body = block(context.block());
    } else {
      if (kind != Item.Kind.FN) {
        problems.syntax(
            expressions.span(context.ASSIGN().getSymbol()),
            "only a function is written with `=`",
            "",
            context.REQUIRE().isEmpty()
                ? "write `{ return … }`"
                : "write `{ return … }`; in the condition before it, two values are compared by `==`");
      }
      Expr value = expression(context.labelled());
      body = List.of(new Item.Return(Optional.empty(), Optional.of(value), value.span()));
    }
    Optional<Type> result = Optional.ofNullable(context.type()).map(expressions.types()::build);
    return new Item.Declaration(
        kind,
        expressions.id(context.name()),
        expressions.parameters(context.parameterList().parameter()),
        result,
        context.expression().stream().map(expressions::build).toList(),
        body,
        context.block() == null,
        expressions.span(context));
  }

  @Override
  public Item visitCheckpointSection(CheckpointSectionContext context) {
    topOnly(context, "a checkpoint section");
    CheckpointBuilder lines = new CheckpointBuilder(expressions, problems);
    return new Item.Checkpoint(
        expressions.id(context.name()),
        context.checkpointLines().checkpointLine().stream()
            .filter(line -> !failed.test(line))
            .map(lines::visit)
            .toList(),
        expressions.span(context));
  }

  @Override
  public Item visitImportFile(ImportFileContext context) {
    topOnly(context, "an import");
    return new Item.Import(
        expressions.rawText(context.TEXT().getSymbol()),
        Optional.ofNullable(context.name()).map(expressions::id),
        expressions.span(context));
  }

  @Override
  public Item visitDeclareWeight(DeclareWeightContext statement) {
    WeightContext context = statement.weight();
    List<WeightName> names = new ArrayList<>();
    for (WeightNameContext each : context.weightName()) {
      names.add(
          new WeightName(
              expressions.id(each.name()),
              Optional.ofNullable(each.subscripts()).map(expressions.indices()::binders),
              expressions.span(each)));
    }
    if (context.condition().size() > 1) {
      problems.syntax(
          expressions.span(context.condition(1)),
          "a weight has one condition",
          "this is the second",
          "join them by `and`");
    }
    if (context.tensorType() == null && context.expression() == null) {
      WeightNameContext last = context.weightName().getLast();
      boolean colon = last.subscripts() != null;
      problems.syntax(
          expressions.span(last),
          colon ? "a colon stands before the sizes of a weight" : "a weight needs its sizes",
          "",
          colon
              ? "write `weight "
                  + last.name().getText()
                  + ": "
                  + expressions.span(last.subscripts()).text()
                  + "`"
              : "write `weight name: [sizes]`; a single number is `weight name: []`");
    }
    Optional<ConditionContext> condition = context.condition().stream().findFirst();
    return new Item.Weight(
        context.CONST() != null,
        names,
        Optional.ofNullable(context.tensorType()).map(expressions.types()::visitTensorType),
        condition.map(each -> expressions.build(each.expression(0))),
        condition.flatMap(each -> expressions.optional(each.expression(1))),
        expressions.optional(context.expression()),
        expressions.span(context));
  }

  @Override
  public Item visitLet(LetContext context) {
    return new Item.Let(
        expressions.id(context.name()), expression(context.labelled()), expressions.span(context));
  }

  @Override
  public Item visitKeep(KeepContext context) {
    Span span = expressions.span(context.name());
    Target target =
        context.subscripts() == null
            ? new Target(expressions.id(context.name()), Optional.empty(), span)
            : new Target(
                expressions.id(context.name()),
                Optional.of(expressions.indices().binders(context.subscripts())),
                span.to(expressions.span(context.subscripts())));
    return new Item.Equation(
        List.of(target), false, true, expression(context.labelled()), expressions.span(context));
  }

  @Override
  public Item visitPenalty(PenaltyContext context) {
    return new Item.Penalty(
        expressions.id(context.name()),
        expressions.build(context.expression()),
        expressions.span(context));
  }

  @Override
  public Item visitReturn(ReturnContext context) {
    Span span = expressions.span(context);
    LabelledContext first = context.labelled(0);
    if (context.ASSIGN() == null) {
      return new Item.Return(Optional.empty(), Optional.of(expression(first)), span);
    }
    Item.Equation equation =
        new Item.Equation(
            expressions.indices().targets(first),
            false,
            false,
            expression(context.labelled(1)),
            expressions.span(first).to(expressions.span(context.labelled(1))));
    return new Item.Return(Optional.of(equation), Optional.empty(), span);
  }

  @Override
  public Item visitRepeat(RepeatContext context) {
    Optional<NameContext> name = Optional.ofNullable(context.name(0));
    Optional<NameContext> index = Optional.ofNullable(context.name(1));
    return new Item.Repeat(
        expressions.build(context.expression()),
        name.map(expressions::id),
        index.map(expressions::id),
        block(context.block()),
        expressions.span(context));
  }

  @Override
  public Item visitChoose(ChooseContext context) {
    return choose(context.ifStatement());
  }

  private Item choose(IfStatementContext context) {
    List<Item> otherwise = List.of();
    if (context.ifStatement() != null) {
      otherwise = List.of(choose(context.ifStatement()));
    } else if (context.block().size() > 1) {
      otherwise = block(context.block(1));
    }
    return new Item.If(
        expressions.build(context.expression()),
        block(context.block(0)),
        otherwise,
        expressions.span(context));
  }

  @Override
  public Item visitForEach(ForEachContext context) {
    return new Item.For(
        expressions.id(context.name()),
        expressions.build(context.expression()),
        block(context.block()),
        expressions.span(context));
  }

  @Override
  public Item visitWhile(WhileContext context) {
    return new Item.While(
        expressions.build(context.expression()), block(context.block()), expressions.span(context));
  }

  @Override
  public Item visitSimple(SimpleContext context) {
    Span span = expressions.span(context);
    LabelledContext first = context.labelled(0);
    if (context.labelled().size() == 1) {
      if (first.name() != null && (first.name().WEIGHT() != null || first.name().CONST() != null)) {
        String word = first.name().getText();
        problems.syntax(
            expressions.span(first.name()),
            "this " + word + " has no name",
            "",
            "write `" + word + " name: [sizes]`");
      } else if (first.name() != null) {
        problems.syntax(
            expressions.span(first.name()),
            "a label stands on the right side of `=` or in a call",
            "",
            "write `x = " + Tokens.shortened(span.text()) + "`");
      }
      return new Item.Evaluate(expressions.build(first.expression()), span);
    }
    boolean adds = context.PLUS_ASSIGN() != null;
    List<Target> targets = expressions.indices().targets(first);
    if (adds && (targets.size() > 1 || targets.stream().anyMatch(t -> t.indices().isPresent()))) {
      problems.syntax(
          expressions.span(first),
          "`+=` adds to one whole value",
          "",
          "write the name alone: `x += …`, or define a new name: `y[i] = x[i] + …`");
    }
    return new Item.Equation(targets, adds, false, expression(context.labelled(1)), span);
  }
}
