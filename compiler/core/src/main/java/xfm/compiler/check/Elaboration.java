package xfm.compiler.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import xfm.compiler.ast.Item;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Trees;
import xfm.compiler.source.Span;

/**
 * One walk over a declaration: symbolic (sizes are symbols, both sides of an open `if` are looked
 * at, a `repeat` once) or with numbers (the graph that comes out runs).
 */
final class Elaboration {
  /** Calls inside calls; deeper ones are a block that calls itself. */
  static final int MOST_CALLS = 100;

  /** Expressions in expressions, the bodies of functions being in their calls. */
  static final int MOST_LEVELS = 2_000;

  /** All calls: functions that each call another twice would double with every level. */
  private static final int MOST_EXPANSIONS = 500_000;

  final boolean symbolic;
  final Builder builder = new Builder();
  final Limits limits = new Limits();
  final Prover prover = limits.prover();
  final Conditions conditions = new Conditions(prover);
  final Surroundings around = new Surroundings();
  final Expressions expressions = new Expressions(this);
  final Equations equations = new Equations(this);
  final Reductions reductions = new Reductions(this);
  final Joins joins = new Joins(this);
  final WholeTensors wholeTensors = new WholeTensors(this);
  final Lists lists = new Lists(this);
  final Tops tops = new Tops(this);
  final Results results = new Results(this);
  final Names names = new Names(this);
  final Subscripts subscripts = new Subscripts(this);
  final Calls calls = new Calls(this);
  final Passed passed = new Passed(this);
  final Binding binding = new Binding(this);
  final Weights weights = new Weights(this);
  final Instances instances = new Instances(builder);
  final Definitions definitions = new Definitions(this);
  final Penalties penalties = new Penalties(this);
  final Recurrences recurrences = new Recurrences(this);
  final Statements statements = new Statements(this);

  /** The bodies being walked, innermost first: tells a name defined below from an unknown one. */
  final Deque<List<Item>> bodies = new ArrayDeque<>();

  /** The declarations whose calls are being expanded, innermost first. */
  final Deque<Item.Declaration> open = new ArrayDeque<>();

  /** What went wrong in the statements so far, where the walk goes on after an error. */
  final List<Diagnostic> problems = new ArrayList<>();

  /** What was returned above the last statement, in a branch that numbers decide on later. */
  final List<Statements.Returned> earlier = new ArrayList<>();

  /** Names that were said to mean nothing: once is enough. */
  final Set<String> unknown = new HashSet<>();

  final Extents extents = new Extents();

  int depth;
  int levels;

  /** The layers' numbers of the `repeat`s around that are looked at once: their count is open. */
  final Set<Atom.Index> rounds = new HashSet<>();

  /**
   * In a symbolic check: inside a body that is checked as it stands elsewhere. What it proved there
   * it need not prove again under the less that is known here.
   */
  boolean trusted;

  /** In a call that is being bound: what {@link #trusted} was where it is written. */
  boolean callerTrusted;

  private int expansions;

  Elaboration(boolean symbolic) {
    this.symbolic = symbolic;
  }

  /** One call more is expanded. */
  void count(Span span) {
    if (++expansions > MOST_EXPANSIONS) {
      throw Errors.error(
          Code.LIMIT,
          "this expands into more than " + MOST_EXPANSIONS + " calls",
          span,
          "calls are expanded where they stand: do functions call others twice, level after level?");
    }
  }

  /** Whether an integer depends on an index of an equation; the number of a layer is none. */
  boolean isOfIndices(Poly value) {
    return !rounds.containsAll(Trees.free(value));
  }

  /** The indices of a tensor read whole, one for each axis. */
  static List<Atom.Index> axes(List<Poly> shape) {
    List<Atom.Index> indices = new ArrayList<>();
    for (int i = 0; i < shape.size(); i++) {
      indices.add(new Atom.Index("_" + i, shape.get(i)));
    }
    return indices;
  }
}
