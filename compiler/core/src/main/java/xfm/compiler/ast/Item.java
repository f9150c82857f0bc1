package xfm.compiler.ast;

import java.util.List;
import java.util.Optional;
import xfm.compiler.ast.Ast.CheckpointLine;
import xfm.compiler.ast.Ast.Id;
import xfm.compiler.ast.Ast.Parameter;
import xfm.compiler.ast.Ast.Target;
import xfm.compiler.ast.Ast.WeightName;
import xfm.compiler.source.Span;

/** A declaration or a statement. Declarations stand at the top of a file only. */
public sealed interface Item extends Node {

  enum Kind {
    FN,
    BLOCK,
    MODEL;

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * {@code fn}, {@code block} or {@code model}. A function {@code fn f(i) = e} has the one
   * statement {@code return e} as its body and {@code shortBody} set.
   */
  record Declaration(
      Kind kind,
      Id name,
      List<Parameter> parameters,
      Optional<Type> result,
      List<Expr> requires,
      List<Item> body,
      boolean shortBody,
      Span span)
      implements Item {

    /** A function with loops belongs to scripts, where names get their meaning as it runs. */
    public boolean isScript() {
      return kind == Kind.FN && isScript(body);
    }

    private static boolean isScript(List<Item> items) {
      return items.stream()
          .anyMatch(item ->
              switch (item) {
                case For f -> true;
                case While w -> true;
                case Evaluate e -> true;
                case If branch -> isScript(branch.then()) || isScript(branch.otherwise());
                default -> false;
              });
    }
  }

  /** {@code checkpoint gpt2 { … }}: {@code model} is a name of a model in the same file. */
  record Checkpoint(Id model, List<CheckpointLine> lines, Span span) implements Item {}

  /** {@code import "masks.xfm"} or {@code import "masks.xfm" as masks}. */
  record Import(Expr.Text path, Optional<Id> name, Span span) implements Item {}

  /**
   * {@code weight query, key: [d, d_k]}, {@code weight b: [h] if bias else 0}, {@code weight w: [a]
   * = normal(0.02)}, {@code weight mix[t: s, k: s] = …}; {@code constant} for {@code const}.
   */
  record Weight(
      boolean constant,
      List<WeightName> names,
      Optional<Type.Tensor> type,
      Optional<Expr> condition,
      Optional<Expr> otherwise,
      Optional<Expr> initial,
      Span span)
      implements Item {}

  record Let(Id name, Expr value, Span span) implements Item {}

  /**
   * {@code y[i, b] = …}, {@code x = …}, {@code x += …} ({@code adds}), {@code (a[i], b[i]) = …}
   * (several targets), {@code keep c[i, a] = …}.
   */
  record Equation(List<Target> targets, boolean adds, boolean keep, Expr value, Span span)
      implements Item {}

  /** {@code return y[i] = …} holds the equation; {@code return e} the value. */
  record Return(Optional<Equation> equation, Optional<Expr> value, Span span) implements Item {}

  /** {@code penalty balance = …}. */
  record Penalty(Id name, Expr value, Span span) implements Item {}

  /** {@code repeat layers as layer[l] { … }}. */
  record Repeat(Expr count, Optional<Id> name, Optional<Id> index, List<Item> body, Span span)
      implements Item {}

  /**
   * {@code if c { … } else { … }}; an {@code else if} is an {@code If} alone in {@code otherwise}.
   */
  record If(Expr condition, List<Item> then, List<Item> otherwise, Span span) implements Item {}

  record For(Id name, Expr values, List<Item> body, Span span) implements Item {}

  record While(Expr condition, List<Item> body, Span span) implements Item {}

  /** An expression for its effect or, in the REPL, its value. */
  record Evaluate(Expr value, Span span) implements Item {}
}
