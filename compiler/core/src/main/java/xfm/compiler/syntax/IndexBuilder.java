package xfm.compiler.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Ast.Binder;
import xfm.compiler.ast.Ast.Id;
import xfm.compiler.ast.Ast.Index;
import xfm.compiler.ast.Ast.Target;
import xfm.compiler.source.Span;
import xfm.grammar.XfmParser.CallContext;
import xfm.grammar.XfmParser.CompareContext;
import xfm.grammar.XfmParser.ExpressionContext;
import xfm.grammar.XfmParser.GroupContext;
import xfm.grammar.XfmParser.IndexContext;
import xfm.grammar.XfmParser.LabelledContext;
import xfm.grammar.XfmParser.ListOfContext;
import xfm.grammar.XfmParser.MemberContext;
import xfm.grammar.XfmParser.NameOfContext;
import xfm.grammar.XfmParser.SubscriptContext;
import xfm.grammar.XfmParser.SubscriptsContext;

/** What stands in square brackets: positions that are read, indices that are defined. */
final class IndexBuilder {
  private final ExpressionBuilder expressions;
  private final Problems problems;

  IndexBuilder(ExpressionBuilder expressions, Problems problems) {
    this.expressions = expressions;
    this.problems = problems;
  }

  /** {@code x[i + 1, :, ...]}. */
  List<Index> positions(SubscriptsContext context) {
    List<Index> positions = new ArrayList<>();
    for (IndexContext each : context.index()) {
      Span span = expressions.span(each);
      if (each.ELLIPSIS() != null) {
        positions.add(new Ast.Rest(span));
      } else if (each.expression().isEmpty()) {
        positions.add(new Ast.Whole(span));
      } else {
        if (each.COLON() != null) {
          problems.syntax(
              span,
              "a subscript that is read states no size",
              "",
              "to read a part of an axis, define one: `part[u: count] = x[first + u]`");
        }
        positions.add(new Ast.At(expressions.build(each.expression(0)), span));
      }
    }
    return positions;
  }

  /** {@code [i, t: n // 2, ...]}, on the left of an equation or in a reduction. */
  List<Binder> binders(SubscriptsContext context) {
    List<Binder> binders = new ArrayList<>();
    for (IndexContext each : context.index()) {
      Span span = expressions.span(each);
      if (each.ELLIPSIS() != null) {
        binders.add(new Binder(new Id("...", span), Optional.empty(), span));
      } else if (!each.expression().isEmpty() && each.expression(0) instanceof NameOfContext name) {
        binders.add(
            new Binder(
                expressions.id(name.name()), expressions.optional(each.expression(1)), span));
      } else {
        problems.syntax(
            span,
            "an index that is defined here is a single name",
            "this is none",
            "write `i`, or `i: size` to state how far it runs; on the right side it may be `i +"
                + " 1`");
      }
    }
    return binders;
  }

  /** The left side of an equals sign; empty where it is none, which is reported. */
  List<Target> targets(LabelledContext left) {
    if (left.name() != null && left.expression() instanceof ListOfContext) {
      String name = left.name().getText();
      problems.syntax(
          expressions.span(left),
          "an equation states no type",
          "",
          "its sizes follow from its indices: `" + name + "[i] = …`, or `" + name + "[i: n] = …`");
      return List.of();
    }
    if (left.name() != null) {
      problems.syntax(
          expressions.span(left.name()),
          "a label stands before what it labels",
          "",
          "write it on the right side: `x = " + left.name().getText() + ": …`");
      return List.of();
    }
    List<Target> targets = new ArrayList<>();
    boolean several =
        left.expression() instanceof GroupContext group
            && !group.COMMA().isEmpty()
            && group.ELSE() == null;
    List<ExpressionContext> all =
        several ? ((GroupContext) left.expression()).expression() : List.of(left.expression());
    for (ExpressionContext each : all) {
      target(each).ifPresent(targets::add);
    }
    return targets;
  }

  private Optional<Target> target(ExpressionContext context) {
    Span span = expressions.span(context);
    if (context instanceof NameOfContext name) {
      return Optional.of(new Target(expressions.id(name.name()), Optional.empty(), span));
    }
    if (context instanceof SubscriptContext bracket
        && bracket.expression() instanceof NameOfContext name) {
      return Optional.of(
          new Target(
              expressions.id(name.name()), Optional.of(binders(bracket.subscripts())), span));
    }
    problems.syntax(
        span,
        "an equation defines a name",
        "this is none",
        switch (context) {
          case CallContext _ ->
              "a function is declared by `fn " + Tokens.shortened(span.text()) + " = …`";
          case MemberContext _ -> "a record is not changed: make a new one";
          case CompareContext _ -> "write the comparison in parentheses";
          default -> "write `y[i] = …`, or `y = …`; two values are compared by `==`";
        });
    return Optional.empty();
  }
}
