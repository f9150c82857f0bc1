package xfm.compiler.rewrite;

import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;

/** Rewrites terms and knows, at each, where it stands. */
abstract class Walk {

  abstract Term visit(Term term, Scope scope);

  /** The term with each child visited. */
  final Term children(Term term, Scope scope) {
    return switch (term) {
      case Term.Number _, Term.Truth _, Term.Int _, Term.Unary _, Term.Unknown _ ->
          Trees.map(term, child -> visit(child, scope));
      case Term.Read read ->
          new Term.Read(
              read.value(),
              read.at().stream().map(at -> visit(at, scope)).toList(),
              read.otherwise().map(otherwise -> visit(otherwise, scope.unsaid())));
      case Term.Binary(Term.BinaryOp op, Term a, Term b) ->
          new Term.Binary(
              op,
              visit(a, scope),
              visit(
                  b,
                  switch (op) {
                    case AND -> scope.under(a);
                    case OR -> scope.under(Terms.not(a));
                    case ADD,
                        SUBTRACT,
                        MULTIPLY,
                        DIVIDE,
                        POWER,
                        MIN,
                        MAX,
                        EQUAL,
                        UNEQUAL,
                        LESS,
                        LESS_EQUAL ->
                        scope;
                  }));
      case Term.Choose(Term condition, Term then, Term otherwise) ->
          new Term.Choose(
              visit(condition, scope),
              visit(then, scope.under(condition)),
              visit(otherwise, scope.under(Terms.not(condition))));
      case Term.Reduce reduce -> {
        Scope inner = scope.within(reduce.over());
        Scope body = reduce.where().map(inner::under).orElse(inner);
        yield new Term.Reduce(
            reduce.op(),
            reduce.over(),
            visit(reduce.body(), body),
            reduce.where().map(where -> visit(where, inner)),
            reduce.otherwise().map(otherwise -> visit(otherwise, scope.unsaid())));
      }
      case Term.Along along -> {
        Scope inner = scope.along(along.over());
        Scope body = along.where().map(inner::under).orElse(inner);
        yield new Term.Along(
            along.op(),
            along.over(),
            visit(along.body(), body),
            along.where().map(where -> visit(where, inner)));
      }
    };
  }
}
