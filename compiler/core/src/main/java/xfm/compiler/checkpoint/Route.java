package xfm.compiler.checkpoint;

import java.util.List;
import java.util.stream.IntStream;
import xfm.compiler.ast.Ast;
import xfm.compiler.ir.Graph;

/**
 * One line of a section for one layer: a tensor of the file and the weight that it becomes, or the
 * weights that its parts become; or the tensors that are stacked to one weight.
 *
 * @param files the names under which the tensor may stand; where several do, they must be equal.
 *     Names of a stack have its letter in braces
 * @param steps at most one of them splits, into as many parts as there are weights, or stacks
 */
public record Route(
    Ast.Mapping line, List<Graph.Weight> weights, List<String> files, List<Step> steps) {

  public Route {
    weights = List.copyOf(weights);
    files = List.copyOf(files);
    steps = List.copyOf(steps);
  }

  /** The tensors that one of the names stands for: itself, or those of the stack in order. */
  List<String> tensors(String name) {
    return steps.stream()
        .filter(step -> step instanceof Step.Stack)
        .findFirst()
        .map(step ->
            IntStream.range(0, ((Step.Stack) step).parts())
                .mapToObj(k -> name.replaceFirst("\\{[^}]*}", Integer.toString(k)))
                .toList())
        .orElse(List.of(name));
  }
}
