package xfm.compiler.plan;

import static xfm.compiler.ir.GraphBuilder.atMost;
import static xfm.compiler.ir.GraphBuilder.index;
import static xfm.compiler.ir.GraphBuilder.number;
import static xfm.compiler.ir.GraphBuilder.over;
import static xfm.compiler.ir.GraphBuilder.plus;
import static xfm.compiler.ir.GraphBuilder.read;
import static xfm.compiler.ir.GraphBuilder.softmax;
import static xfm.compiler.ir.GraphBuilder.sum;
import static xfm.compiler.ir.GraphBuilder.times;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Atom.Index;
import xfm.compiler.ir.Atom.Symbol;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.GraphBuilder;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Value;
import xfm.runtime.tensor.DType;
import xfm.runtime.tensor.Tensor;

/** Graphs by hand, and data for them. */
final class Models {
  static final int D = 6;
  static final int HEADS = 2;
  static final int E = 3;
  static final int VOCAB = 11;

  private Models() {}

  /**
   * Tokens, one causal attention with a skip connection, logits by the table of the tokens; names
   * are put together with {@code suffix}.
   */
  static Graph attention(String suffix) {
    GraphBuilder b = new GraphBuilder();
    Symbol n = b.length("n");
    Value tokens = b.input("tokens" + suffix, Term.Kind.INT, Poly.of(n));
    Value table = b.weight("table" + suffix, Poly.of(VOCAB), Poly.of(D));
    Value query = b.weight("query" + suffix, Poly.of(D), Poly.of(HEADS), Poly.of(E));
    Value key = b.weight("key" + suffix, Poly.of(D), Poly.of(HEADS), Poly.of(E));
    Value value = b.weight("value" + suffix, Poly.of(D), Poly.of(HEADS), Poly.of(E));
    Value bias = b.weight("bias" + suffix, Poly.of(HEADS), Poly.of(E));
    Value output = b.weight("output" + suffix, Poly.of(HEADS), Poly.of(E), Poly.of(D));
    Index a = index("a", D);
    Index h = index("h", HEADS);
    Index e = index("e", E);
    Index i = index("i", n);
    Index j = index("j", n);
    Poly token =
        Poly.of(
            new Atom.Data(
                new Term.Read(tokens, List.of(new Term.Int(Poly.of(i))), Optional.empty())));
    Value x = b.equation("x" + suffix, List.of(i, a), read(table, token, Poly.of(a)));
    Value q =
        b.equation(
            "q" + suffix,
            List.of(h, i, e),
            plus(sum(times(read(x, i, a), read(query, a, h, e)), a), read(bias, h, e)));
    Value k =
        b.equation(
            "k" + suffix, List.of(h, j, e), sum(times(read(x, j, a), read(key, a, h, e)), a));
    Value v =
        b.equation(
            "v" + suffix, List.of(h, j, e), sum(times(read(x, j, a), read(value, a, h, e)), a));
    Value pattern =
        b.equation(
            "pattern" + suffix,
            List.of(h, i, j),
            softmax(
                j,
                over(sum(times(read(q, h, i, e), read(k, h, j, e)), e), number(Math.sqrt(E))),
                Optional.of(atMost(Poly.of(j), Poly.of(i)))));
    Index c = index("c", D);
    Value y =
        b.equation(
            "y" + suffix,
            List.of(i, c),
            plus(
                read(x, i, c),
                sum(
                    times(times(read(pattern, h, i, j), read(v, h, j, e)), read(output, h, e, c)),
                    h,
                    j,
                    e)));
    Index w = index("w", VOCAB);
    b.result(
        b.equation(
            "logits" + suffix, List.of(i, w), sum(times(read(y, i, c), read(table, w, c)), c)));
    return b.build();
  }

  /** Every length of a graph, the same. */
  static Map<Symbol, Long> lengths(Graph graph, long length) {
    Map<Symbol, Long> lengths = new IdentityHashMap<>();
    graph.lengths().forEach(symbol -> lengths.put(symbol, length));
    return lengths;
  }

  /**
   * Data for inputs and weights: ints below {@link #VOCAB} and below what is declared, floats
   * around 0. What is longer begins with what is shorter.
   */
  static Map<Value, Tensor> data(Graph graph, Map<Symbol, Long> lengths) {
    Map<Value, Tensor> data = new IdentityHashMap<>();
    graph.inputs().forEach(input -> data.put(input.value(), tensor(input, lengths)));
    graph
        .weights()
        .forEach(weight -> data.put(weight.value(), tensor(weight.value(), VOCAB, lengths)));
    return data;
  }

  private static Tensor tensor(Graph.Input input, Map<Symbol, Long> lengths) {
    long below = input.below().map(b -> b.constant().orElse(VOCAB)).orElse((long) VOCAB);
    return tensor(input.value(), (int) Math.min(below, VOCAB), lengths);
  }

  private static Tensor tensor(Value value, int below, Map<Symbol, Long> lengths) {
    Random random = new Random(value.shape().size());
    long[] shape =
        value.shape().stream()
            .mapToLong(size -> size.evaluate(atom -> lengths.get((Symbol) atom)))
            .toArray();
    int elements = 1;
    for (long size : shape) {
      elements *= (int) size;
    }
    if (value.kind() == Term.Kind.FLOAT) {
      float[] values = new float[elements];
      for (int i = 0; i < elements; i++) {
        values[i] = (float) random.nextGaussian() * 0.2f;
      }
      return Tensor.ofFloats(values, shape);
    }
    int[] values = new int[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = random.nextInt(value.kind() == Term.Kind.BOOL ? 2 : below);
    }
    return Tensor.ofInts(values, shape);
  }

  /** The same numbers, cut to bfloat16. */
  static Tensor toBfloat16(Tensor tensor) {
    float[] values = tensor.toFloats();
    MemorySegment data = Arena.ofAuto().allocate(values.length * 2L);
    for (int i = 0; i < values.length; i++) {
      short high = (short) (Float.floatToRawIntBits(values[i]) >>> 16);
      data.setAtIndex(ValueLayout.JAVA_SHORT, i, high);
    }
    return new Tensor(DType.BF16, tensor.shape(), data);
  }
}
