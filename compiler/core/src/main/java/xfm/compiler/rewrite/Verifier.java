package xfm.compiler.rewrite;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Stage;
import xfm.compiler.ir.Stages;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;

/** What every graph keeps to, before and after any pass; used by tests. */
final class Verifier {
  private final Set<Value> defined = Collections.newSetFromMap(new IdentityHashMap<>());

  private Verifier() {}

  /**
   * @throws IllegalStateException with the equation, if one breaks a rule
   */
  static void check(Graph graph) {
    Verifier verifier = new Verifier();
    graph.inputs().forEach(input -> verifier.defined.add(input.value()));
    graph.weights().forEach(weight -> verifier.defined.add(weight.value()));
    require(
        Stages.sorted(graph.equations()).equals(graph.equations()),
        "the equations are not in the order of their reads");
    for (Stage stage : Stages.of(graph.equations())) {
      stage.equations().forEach(verifier::define);
      stage.equations().forEach(verifier::checked);
    }
    for (Value result : graph.results().values()) {
      require(verifier.defined.contains(result), "the result " + result + " is not defined");
    }
  }

  private void define(Equation equation) {
    require(defined.add(equation.target()), equation.target() + " is defined twice");
  }

  private void checked(Equation equation) {
    try {
      check(equation);
    } catch (IllegalStateException e) {
      throw new IllegalStateException(e.getMessage() + ":\n" + Text.of(equation), e);
    }
  }

  private void check(Equation equation) {
    require(
        equation.left().stream().map(Atom.Index::size).toList().equals(equation.target().shape()),
        "the sizes of the indices are not those of the axes");
    require(
        equation.left().stream().distinct().count() == equation.left().size(),
        "an index stands twice on the left");
    require(
        equation.left().containsAll(Trees.free(equation.body())),
        "an index is bound nowhere: " + Trees.free(equation.body()));
    require(equation.body().kind() == equation.target().kind(), "kinds differ");
    Trees.visit(equation.body(), this::check);
  }

  private void check(Term term) {
    switch (term) {
      case Term.Number _, Term.Truth _, Term.Int _ -> {}
      case Term.Read read -> {
        require(defined.contains(read.value()), read.value() + " is read before it is defined");
        require(
            read.at().size() == read.value().shape().size(),
            read.value() + " is read with another number of subscripts than it has axes");
        read.at().forEach(at -> kind(at, Term.Kind.INT));
        read.otherwise().ifPresent(otherwise -> kind(otherwise, read.kind()));
      }
      case Term.Unary(Term.UnaryOp op, Term a) ->
          kind(
              a,
              switch (op) {
                case FLOAT -> Term.Kind.INT;
                case NOT -> Term.Kind.BOOL;
                case NEGATE, ABS, EXP, LOG, SQRT, SIN, COS, TANH, ERF, FLOOR -> Term.Kind.FLOAT;
              });
      case Term.Binary(Term.BinaryOp op, Term a, Term b) -> {
        kind(b, a.kind());
        switch (op) {
          case ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, MIN, MAX -> kind(a, Term.Kind.FLOAT);
          case AND, OR -> kind(a, Term.Kind.BOOL);
          case LESS, LESS_EQUAL -> require(a.kind() != Term.Kind.BOOL, "truths have no order");
          case EQUAL, UNEQUAL -> {}
        }
      }
      case Term.Choose(Term condition, Term then, Term otherwise) -> {
        kind(condition, Term.Kind.BOOL);
        kind(otherwise, then.kind());
      }
      case Term.Reduce reduce -> {
        reduce.where().ifPresent(where -> kind(where, Term.Kind.BOOL));
        reduce.otherwise().ifPresent(otherwise -> kind(otherwise, reduce.kind()));
        boolean truths = reduce.kind() == Term.Kind.BOOL;
        kind(reduce.body(), truths ? Term.Kind.BOOL : Term.Kind.FLOAT);
      }
      case Term.Along along -> {
        kind(along.body(), Term.Kind.FLOAT);
        along.where().ifPresent(where -> kind(where, Term.Kind.BOOL));
      }
      case Term.Unknown unknown -> throw new IllegalStateException("unknown: " + unknown.what());
    }
  }

  private static void kind(Term term, Term.Kind kind) {
    require(term.kind() == kind, "a term is " + term.kind() + " and must be " + kind);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }
}
