package xfm.compiler.plan;

import java.util.function.ToLongFunction;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.rewrite.Strided;

/** Where in memory a product reads its factors. */
final class Strides {
  private Strides() {}

  /**
   * Elements from one place of an index to the next; 0 for one that the read lacks.
   *
   * @param strides of the value's axes
   */
  static long of(Term.Read read, long[] strides, Atom.Index index) {
    long sum = 0;
    for (int axis = 0; axis < strides.length; axis++) {
      sum += Strided.step(Trees.asPoly(read.at().get(axis)), index) * strides[axis];
    }
    return sum;
  }

  /**
   * The first element. Where data picks a matrix it is that of the first.
   *
   * @param sizes what a size is
   */
  static long start(Term.Read read, long[] strides, ToLongFunction<Poly> sizes) {
    long sum = 0;
    for (int axis = 0; axis < strides.length; axis++) {
      Poly at = Trees.asPoly(read.at().get(axis));
      if (Strided.is(at)) {
        sum += sizes.applyAsLong(Strided.start(at)) * strides[axis];
      }
    }
    return sum;
  }
}
