package xfm.compiler.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Value;
import xfm.compiler.plan.Sequence;
import xfm.runtime.tensor.Tensor;

/** Tensors given to a model against what its inputs are declared to be: checked once, on entry. */
final class Inputs {
  private Inputs() {}

  /**
   * The sequences of a batch.
   *
   * @param doubtful equations whose whole numbers may be too large for some inputs
   * @throws XfmException if one is not what the model declares; a note says which
   */
  static List<Sequence> bind(
      Graph graph, List<Equation> doubtful, List<Map<String, Tensor>> batch) {
    List<Sequence> bound = new ArrayList<>();
    for (Map<String, Tensor> given : batch) {
      try {
        Sequence sequence = bind(graph, given);
        WholeNumbers.check(graph, doubtful, sequence.lengths(), sequence.inputs());
        bound.add(sequence);
      } catch (XfmException e) {
        throw batch.size() == 1 ? e : e.note(place(bound.size(), batch.size()));
      }
    }
    return bound;
  }

  private static String place(int number, int of) {
    return "in sequence " + number + " of a batch of " + of + ", counted from 0";
  }

  private static Sequence bind(Graph graph, Map<String, Tensor> given) {
    List<String> names = graph.inputs().stream().map(Graph.Input::name).toList();
    for (String name : given.keySet()) {
      if (!names.contains(name)) {
        throw error(
            "the model `"
                + graph.name()
                + "` has no input `"
                + name
                + "`; it has "
                + String.join(", ", names));
      }
    }
    Map<Value, Tensor> tensors = new LinkedHashMap<>();
    Map<Atom.Symbol, Long> lengths = new LinkedHashMap<>();
    Map<Atom.Symbol, String> first = new LinkedHashMap<>();
    for (Graph.Input input : graph.inputs()) {
      Tensor tensor = given.get(input.name());
      if (tensor == null) {
        throw error("the model `" + graph.name() + "` needs its input `" + input.name() + "`");
      }
      kind(input, tensor);
      if (tensor.rank() != input.value().shape().size()) {
        throw error(
            "`"
                + input.name()
                + "` has "
                + axes(input.value().shape().size())
                + ", "
                + input.value().shape()
                + ", and is given a tensor with "
                + axes(tensor.rank()));
      }
      for (int axis = 0; axis < tensor.rank(); axis++) {
        Optional<Atom> atom = input.value().shape().get(axis).atom();
        if (atom.isPresent() && atom.get() instanceof Atom.Symbol symbol) {
          lengths.putIfAbsent(symbol, tensor.shape()[axis]);
          first.putIfAbsent(symbol, "axis " + axis + " of `" + input.name() + "`");
        }
      }
      tensors.put(input.value(), tensor);
    }
    for (Graph.Input input : graph.inputs()) {
      sizes(input, tensors.get(input.value()), lengths, first);
      elements(input, tensors.get(input.value()));
    }
    conditions(graph, lengths);
    return new Sequence(tensors, lengths);
  }

  /**
   * What the model asks of its lengths.
   *
   * @throws XfmException if they do not fulfil it
   */
  static void conditions(Graph graph, Map<Atom.Symbol, Long> lengths) {
    for (Graph.Condition condition : graph.marks().conditions()) {
      if (!holds(condition.holds(), lengths)) {
        throw Diagnostic.of(
                Code.INPUT,
                "the model `"
                    + graph.name()
                    + "` needs `"
                    + condition.span().text()
                    + "`, and here "
                    + lengths.entrySet().stream()
                        .map(e -> "`" + e.getKey() + "` is " + e.getValue())
                        .collect(Collectors.joining(", ")))
            .at(condition.span(), "required here")
            .raise();
      }
    }
  }

  /** A condition of lengths, each of which is a number now. */
  private static boolean holds(Term condition, Map<Atom.Symbol, Long> lengths) {
    Map<Atom, Poly> numbers = new HashMap<>();
    lengths.forEach((length, size) -> numbers.put(length, Poly.of(size)));
    return Terms.substitute(condition, numbers).equals(Terms.truth(true));
  }

  private static String axes(int count) {
    return count == 1 ? "1 axis" : count + " axes";
  }

  private static void kind(Graph.Input input, Tensor tensor) {
    boolean fits =
        switch (input.value().kind()) {
          case FLOAT -> tensor.dtype().floating();
          case INT -> !tensor.dtype().floating();
          case BOOL -> !tensor.dtype().floating();
        };
    if (!fits) {
      throw error(
          "`"
              + input.name()
              + "` holds "
              + (input.value().kind() == Term.Kind.FLOAT ? "floats" : "whole numbers")
              + ", and is given "
              + tensor.dtype());
    }
  }

  /**
   * @param first where each length was first met: there it is what it is everywhere
   */
  private static void sizes(
      Graph.Input input,
      Tensor tensor,
      Map<Atom.Symbol, Long> lengths,
      Map<Atom.Symbol, String> first) {
    List<String> wrong = new ArrayList<>();
    Set<String> notes = new LinkedHashSet<>();
    for (int axis = 0; axis < tensor.rank(); axis++) {
      long actual = tensor.shape()[axis];
      Poly declared = input.value().shape().get(axis);
      long needed = declared.size(lengths::get);
      if (needed != actual) {
        wrong.add(
            "axis "
                + axis
                + " is "
                + actual
                + " long and must be "
                + needed
                + " (`"
                + input.axes().get(axis)
                + "`)");
        for (Atom.Symbol length : declared.symbols()) {
          notes.add(
              "`" + length + "` is " + lengths.get(length) + ", as long as " + first.get(length));
        }
      }
      Optional<Poly> most = input.atMost().get(axis);
      if (most.isPresent()) {
        long limit = most.get().size(lengths::get);
        if (actual > limit) {
          throw new XfmException(
              List.of(
                  Diagnostic.of(
                          Code.INPUT,
                          "`"
                              + input.name()
                              + "` is "
                              + actual
                              + " long, and the model takes at most "
                              + limit)
                      .at(input.span(), "declared here")
                      .help("give it the last " + limit + ", or fewer")));
        }
      }
    }
    if (!wrong.isEmpty()) {
      Diagnostic problem =
          Diagnostic.of(Code.INPUT, "`" + input.name() + "`: " + String.join("; ", wrong));
      for (String note : notes) {
        problem = problem.note(note);
      }
      throw problem.raise();
    }
  }

  /** Those of a declared bound are below it, and all ints are ints of 32 bits. */
  private static void elements(Graph.Input input, Tensor tensor) {
    if (input.value().kind() != Term.Kind.INT) {
      return;
    }
    long least = input.below().isPresent() ? 0 : Integer.MIN_VALUE;
    long most =
        Math.min(
            input.below().map(b -> b.constant().orElse(Long.MAX_VALUE) - 1).orElse(Long.MAX_VALUE),
            Integer.MAX_VALUE);
    for (long i = 0; i < tensor.elements(); i++) {
      long value = tensor.integerAt(i);
      if (value < least || value > most) {
        throw error(
            "`"
                + input.name()
                + "` holds "
                + value
                + " at place "
                + i
                + ", and must be in "
                + least
                + " … "
                + most);
      }
    }
  }

  private static XfmException error(String message) {
    return Diagnostic.of(Code.INPUT, message).raise();
  }
}
