package xfm.compiler.checkpoint;

import java.util.List;
import xfm.compiler.ast.Ast;
import xfm.compiler.ir.Graph;

/**
 * One line of a section for one layer: a tensor of the file and the weight that it becomes, or the
 * weights that its parts become.
 *
 * @param files the names under which the tensor may stand; where several do, they must be equal
 * @param steps at most one of them splits, into as many parts as there are weights
 */
public record Route(
    Ast.Mapping line, List<Graph.Weight> weights, List<String> files, List<Step> steps) {

  public Route {
    weights = List.copyOf(weights);
    files = List.copyOf(files);
    steps = List.copyOf(steps);
  }
}
