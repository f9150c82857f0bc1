package xfm.compiler.plan;

import java.util.Map;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Value;
import xfm.runtime.tensor.Tensor;

/**
 * What one run of a plan is given, alone or in a batch.
 *
 * @param inputs of the shapes that the graph declares for these lengths, and within its bounds
 * @param lengths of every length of the graph
 */
public record Sequence(Map<Value, Tensor> inputs, Map<Atom.Symbol, Long> lengths) {}
