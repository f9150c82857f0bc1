package xfm.compiler.check;

import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.UnaryOperator;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Value;

/** What an expression stands for while a declaration is checked. */
sealed interface Meta {

  /** A number, an int or a bool: known, or a term over indices and data. */
  record Scalar(Term term) implements Meta {}

  /**
   * A tensor: its shape, and how one element is read.
   *
   * @param what how messages call it: {@code query: [d, d_k]}
   */
  record Tensor(
      List<Poly> shape, Term.Kind kind, Reader reader, String what, Optional<Presence> presence)
      implements Meta {
    public Tensor {
      shape = List.copyOf(shape);
    }

    Tensor(List<Poly> shape, Term.Kind kind, Reader reader, String what) {
      this(shape, kind, reader, what, Optional.empty());
    }

    /** The same under another name. */
    Tensor named(String other) {
      return new Tensor(shape, kind, reader, other, presence);
    }

    /** What it is called, with its shape where that says more. */
    String called() {
      return what.endsWith(shape + "`") ? what : what + " of shape " + shape;
    }

    static Tensor of(Value value, String what) {
      return new Tensor(value.shape(), value.kind(), new Stored(value), what);
    }
  }

  /**
   * That some elements may be absent.
   *
   * @param condition what must hold for the element at some place to be there
   * @param rank which of those that may be absent it is
   */
  record Presence(Reader condition, Reader rank) {
    Presence after(UnaryOperator<List<Poly>> places) {
      return new Presence(
          at -> condition.read(places.apply(at)), at -> rank.read(places.apply(at)));
    }
  }

  /** One element of a tensor, at proved subscripts. */
  interface Reader {
    Term read(List<Poly> at);
  }

  /** A tensor that the graph holds. */
  record Stored(Value value) implements Reader {
    @Override
    public Term read(List<Poly> at) {
      return Terms.read(value, at);
    }
  }

  record Function(Callable callable) implements Meta {}

  record Words(String text) implements Meta {}

  /** A file that was imported under a name, and what it declares. */
  record Module(
      String name, java.util.function.Function<String, Optional<Meta>> declared, Set<String> names)
      implements Meta {}

  /** {@code open}: made in a `repeat` that is looked at once, so that it may have more items. */
  record ListOf(List<Meta> items, boolean open) implements Meta {}

  record RecordOf(SequencedMap<String, Meta> fields) implements Meta {}

  /** {@code zeros}, {@code normal(0.02)}: how a weight begins. */
  record Start(Graph.Initial initial) implements Meta {}

  /** A weight whose condition is false and that has no {@code else}: what its readers are told. */
  record Absent(Ast.Id name, Expr condition) implements Meta {}

  /** What was defined by a statement that went wrong. */
  record Poisoned() implements Meta {}
}
