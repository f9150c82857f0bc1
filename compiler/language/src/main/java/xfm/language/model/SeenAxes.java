package xfm.language.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Value;
import xfm.compiler.program.Model;
import xfm.language.value.Axes;
import xfm.runtime.io.FormatException;
import xfm.runtime.tensor.Tensor;
import xfm.runtime.text.TextException;
import xfm.runtime.text.Tokenizer;

/**
 * What a model's equations say of the axes of its tensors: which is as long as a text, whose tokens
 * label it, and along which a tensor is a softmax.
 */
final class SeenAxes {
  private SeenAxes() {}

  /** Of one tensor of a model; of inputs that are tokens the labels are their texts. */
  static Axes of(Model model, Value value, Map<String, Tensor> inputs) {
    Map<Poly, List<String>> texts = texts(model, inputs);
    Optional<Atom.Index> shares = shares(model.graph(), value);
    List<Axes.Axis> axes = new ArrayList<>();
    for (int axis = 0; axis < value.shape().size(); axis++) {
      axes.add(
          new Axes.Axis(
              Optional.ofNullable(texts.get(value.shape().get(axis))),
              shares.isPresent() && left(model.graph(), value).get(axis).equals(shares.get())));
    }
    return new Axes(axes);
  }

  private static Map<Poly, List<String>> texts(Model model, Map<String, Tensor> inputs) {
    Map<Poly, List<String>> texts = new LinkedHashMap<>();
    for (Graph.Input input : model.graph().inputs()) {
      Tensor given = inputs.get(input.name());
      if (given != null && input.below().isPresent() && input.value().shape().size() == 1) {
        labels(model, given)
            .ifPresent(labels -> texts.putIfAbsent(input.value().shape().getFirst(), labels));
      }
    }
    return texts;
  }

  /** Nothing where the model has no tokenizer that can be read, or the numbers are no tokens. */
  private static Optional<List<String>> labels(Model model, Tensor tokens) {
    try {
      Optional<Tokenizer> tokenizer = model.tokenizer();
      if (tokenizer.isEmpty()) {
        return Optional.empty();
      }
      List<String> labels = new ArrayList<>();
      for (int token : tokens.toInts()) {
        String text = tokenizer.get().decode(new int[] {token});
        labels.add(visible(text.isEmpty() ? tokenizer.get().piece(token) : text));
      }
      return Optional.of(labels);
    } catch (FormatException | TextException _) {
      return Optional.empty();
    }
  }

  /** Spaces around a word are left out; where there is nothing else they become visible. */
  private static String visible(String text) {
    String plain = text.replace("\n", "⏎").replace("\t", "⇥");
    return plain.isBlank() ? plain.replace(' ', '␣') : plain.strip();
  }

  private static List<Atom.Index> left(Graph graph, Value value) {
    return equation(graph, value).map(Equation::left).orElse(List.of());
  }

  /** The index along which a value is a softmax, or a copy of one with the axes in any order. */
  private static Optional<Atom.Index> shares(Graph graph, Value value) {
    return switch (equation(graph, value).map(Equation::body).orElse(null)) {
      case Term.Along(Term.ScanOp op, Atom.Index over, _, _) when op == Term.ScanOp.SOFTMAX ->
          Optional.of(over);
      case Term.Read(Value from, List<Term> at, _) ->
          shares(graph, from)
              .map(over -> at.get(left(graph, from).indexOf(over)))
              .flatMap(
                  place -> place instanceof Term.Int(Poly poly) ? poly.atom() : Optional.empty())
              .filter(Atom.Index.class::isInstance)
              .map(Atom.Index.class::cast);
      case null, default -> Optional.empty();
    };
  }

  private static Optional<Equation> equation(Graph graph, Value value) {
    return graph.equations().stream().filter(e -> e.target() == value).findFirst();
  }
}
