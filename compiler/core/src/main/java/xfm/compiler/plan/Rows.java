package xfm.compiler.plan;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Stage;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;

/**
 * Which equations may run over the places of all sequences of a batch at once, from their equations
 * alone. The sequences of a value lie end to end; where a length is the outermost axis in memory,
 * and no other axis depends on one, that is one tensor with a row for each place of each sequence.
 * An equation that at row i reads such tensors at row i only, and uses neither i nor a length as a
 * number, gives each row the same whatever lies before and behind.
 */
final class Rows {
  private final Function<Value, Layout> layouts;
  private final Set<Value> same = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<Value, Times> times = new IdentityHashMap<>();

  /**
   * @param stages in order
   * @param layouts of all values
   */
  Rows(Set<Value> weights, List<Stage> stages, Function<Value, Layout> layouts) {
    this.layouts = layouts;
    same.addAll(weights);
    for (Stage stage : stages) {
      Times own = decide(stage.equations());
      stage.equations().forEach(equation -> times.put(equation.target(), own));
    }
  }

  /** Of the step that makes a value; what such a step computes on the way is alike. */
  Times times(Value made) {
    return times.get(made);
  }

  /** Whether a value is the same for all sequences: a weight, or made of weights alone. */
  boolean isSame(Value value) {
    return same.contains(value);
  }

  private Times decide(List<Equation> equations) {
    List<Value> targets = equations.stream().map(Equation::target).toList();
    same.addAll(targets);
    if (equations.stream().allMatch(this::isOfWeights)) {
      return Times.ONCE;
    }
    targets.forEach(same::remove);
    return equations.stream().allMatch(this::isRowWise) ? Times.ALL_ROWS : Times.EACH;
  }

  private boolean isOfWeights(Equation equation) {
    return equation.left().stream().allMatch(Rows::isFixed)
        && new Uses(null, null).allow(equation.body());
  }

  private boolean isRowWise(Equation equation) {
    Value target = equation.target();
    if (target.shape().isEmpty()) {
      return false;
    }
    int axis = layouts.apply(target).order().getFirst();
    Atom.Index row = equation.left().get(axis);
    return row.size().atom().orElse(null) instanceof Atom.Symbol length
        && equation.left().stream().allMatch(index -> index == row || isFixed(index))
        && new Uses(row, length).allow(equation.body());
  }

  private static boolean isFixed(Atom.Index index) {
    return index.size().constant().isPresent();
  }

  /**
   * What may stand in an equation.
   *
   * @param row the index of its rows, or null where nothing may have any
   * @param length that of the rows
   */
  private final class Uses {
    private final Atom.Index row;
    private final Atom.Symbol length;

    Uses(Atom.Index row, Atom.Symbol length) {
      this.row = row;
      this.length = length;
    }

    boolean allow(Term term) {
      return switch (term) {
        case Term.Number _, Term.Truth _ -> true;
        case Term.Int(Poly value) -> allow(value);
        case Term.Read read -> allow(read);
        case Term.Unary _, Term.Binary _, Term.Choose _ -> children(term);
        case Term.Reduce reduce -> reduce.over().stream().allMatch(Rows::isFixed) && children(term);
        case Term.Along along -> along.over() != row && isFixed(along.over()) && children(term);
        case Term.Unknown _ -> false;
      };
    }

    private boolean children(Term term) {
      return Trees.children(term).stream().allMatch(this::allow);
    }

    /** As a number: no row, no length. */
    private boolean allow(Poly number) {
      return Trees.atoms(number).stream()
          .allMatch(atom ->
              switch (atom) {
                case Atom.Symbol _ -> false;
                case Atom.Index index -> index != row;
                case Atom.Quotient(Poly a, Poly b) -> allow(a) && allow(b);
                case Atom.Remainder(Poly a, Poly b) -> allow(a) && allow(b);
                case Atom.Least(Poly a, Poly b) -> allow(a) && allow(b);
                case Atom.Greatest(Poly a, Poly b) -> allow(a) && allow(b);
                case Atom.Data data -> allow(data.value());
              });
    }

    private boolean allow(Term.Read read) {
      int rows = -1;
      if (!isSame(read.value())) {
        rows = rows(read.value());
        if (rows < 0 || !Trees.asPoly(read.at().get(rows)).equals(Poly.of(row))) {
          return false;
        }
      }
      for (int axis = 0; axis < read.at().size(); axis++) {
        if (axis != rows && !allow(read.at().get(axis))) {
          return false;
        }
      }
      return read.otherwise().stream().allMatch(this::allow);
    }

    /** The axis of a value that has a row for each place; −1 if it has none. */
    private int rows(Value value) {
      List<Poly> shape = value.shape();
      if (row == null || shape.isEmpty()) {
        return -1;
      }
      int outermost = layouts.apply(value).order().getFirst();
      for (int axis = 0; axis < shape.size(); axis++) {
        boolean fits =
            axis == outermost
                ? shape.get(axis).equals(Poly.of(length))
                : shape.get(axis).constant().isPresent();
        if (!fits) {
          return -1;
        }
      }
      return outermost;
    }
  }
}
