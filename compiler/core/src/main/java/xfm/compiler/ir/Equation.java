package xfm.compiler.ir;

import java.util.List;
import xfm.compiler.source.Span;

/**
 * {@code target[left…] = body}: for all values of the left indices, in any order. The size of each
 * left index is the size of the target's axis.
 *
 * @param span where it was written
 */
public record Equation(Value target, List<Atom.Index> left, Term body, Span span) {
  public Equation {
    left = List.copyOf(left);
  }

  /** The same with another body. */
  public Equation with(Term other) {
    return new Equation(target, left, other, span);
  }
}
