package xfm.compiler.plan;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Value;

/** A plan with lengths, of one sequence or of all end to end: every size a number. */
final class Binding {
  private final Plan plan;
  private final Map<Atom.Symbol, Long> lengths;
  private final Map<Value, long[]> shapes = new IdentityHashMap<>();

  /**
   * @throws XfmException if a size is beyond the numbers that kernels count with
   */
  Binding(Plan plan, Map<Atom.Symbol, Long> lengths) {
    this.plan = plan;
    this.lengths = Map.copyOf(lengths);
  }

  Plan plan() {
    return plan;
  }

  double length(Atom.Symbol symbol) {
    return of(symbol);
  }

  /** A size, at least 0; kernels count in ints. */
  int size(Poly poly) {
    try {
      return Math.toIntExact(Math.max(0, poly.size(this::of)));
    } catch (ArithmeticException e) {
      throw tooLong(poly);
    }
  }

  private long of(Atom.Symbol symbol) {
    Long length = lengths.get(symbol);
    if (length == null) {
      throw new IllegalStateException("nothing binds the length " + symbol);
    }
    return length;
  }

  long[] shape(Value value) {
    return shapes.computeIfAbsent(value, v -> v.shape().stream().mapToLong(this::size).toArray());
  }

  long[] strides(Value value) {
    return plan.layout(value).strides(shape(value));
  }

  int[] parameters(Step.Loop loop) {
    return IntStream.range(0, loop.parameters().size())
        .map(p -> p == loop.place() ? 0 : size(loop.parameters().get(p)))
        .toArray();
  }

  /**
   * What a value takes.
   *
   * @throws ArithmeticException if that is beyond counting
   */
  long bytes(Value value) {
    long bytes = Copies.bytes(value.kind());
    for (long size : shape(value)) {
      bytes = Math.multiplyExact(bytes, size);
    }
    return bytes;
  }

  private XfmException tooLong(Poly size) {
    return new XfmException(
        List.of(
            Diagnostic.of(
                    Code.INPUT, "an input is too long: the size " + size + " is beyond 2147483647")
                .note("lengths of this run: " + lengths)));
  }
}
