package xfm.bench;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import xfm.compiler.ast.Item;
import xfm.compiler.ir.Atom.Symbol;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Value;
import xfm.compiler.plan.Executor;
import xfm.compiler.plan.Memory;
import xfm.compiler.plan.Plan;
import xfm.compiler.program.Program;
import xfm.compiler.source.Source;
import xfm.compiler.syntax.Parser;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.tensor.Shapes;
import xfm.runtime.tensor.Tensor;

/**
 * Attention in an image of 32 × 32 and with moved keys, 12 heads × 64, against plain attention over
 * as many keys: how many times as long it takes. All run by turns, and the best run of each counts.
 *
 * <pre>{@code
 * java -cp tests/bench/target/benchmarks.jar --add-modules jdk.incubator.vector \
 *     xfm.bench.SpellingBench [ROUNDS]
 * }</pre>
 */
public final class SpellingBench {
  private static final String ROW = "model m(q: [n, 12, 64], k: [n, 12, 64], v: [n, 12, 64]";
  private static final String IMAGE =
      "model m(q: [a, b, 12, 64], k: [a, b, 12, 64], v: [a, b, 12, 64]";
  private static final String SCORE = "s[h, i, j] = q[i, h, e] * k[j, h, e] / 8.0\n";
  private static final String PLACES = "s[h, i, j, u, w] = q[i, j, h, e] * k[u, w, h, e] / 8.0\n";
  private static final String HEARD = "return y[i, h, f] = p[h, i, j] * v[j, h, f]\n}\n";
  private static final String SEEN =
      "return y[i, j, h, f] = p[h, i, j, u, w] * v[u, w, h, f]\n}\n";

  private SpellingBench() {}

  private static String row(String more, String equations) {
    return ROW + more + ") -> [n, 12, 64] {\n" + equations + HEARD;
  }

  private static String image(String more, String equations) {
    return IMAGE + more + ") -> [a, b, 12, 64] {\n" + equations + SEEN;
  }

  private static final class Case {
    final String name;
    final Executor executor = new Executor(Kernels.select(), 1, Memory.of(1L << 33));
    final Plan plan;
    final Map<Value, Tensor> data = new IdentityHashMap<>();
    final Map<Symbol, Long> lengths = new IdentityHashMap<>();
    double best = Double.MAX_VALUE;

    Case(String name, String text, long length) {
      this.name = name;
      Program program = Program.of(Parser.parse(new Source("bench.xfm", text)), Optional.empty());
      Item.Declaration model = program.declaration("m").orElseThrow();
      Graph graph = program.graph(model, Map.of(), model.span());
      plan = Plan.of(graph, Set.of());
      graph.lengths().forEach(symbol -> lengths.put(symbol, length));
      graph.inputs().forEach(input -> data.put(input.value(), tensor(input.value())));
      graph.weights().forEach(w -> executor.bind(w.value(), tensor(w.value())));
    }

    private Tensor tensor(Value value) {
      long[] shape = value.shape().stream().mapToLong(size -> size.size(lengths::get)).toArray();
      int elements = Math.toIntExact(Shapes.elements(shape));
      float[] numbers = new float[elements];
      Random random = new Random(elements);
      for (int i = 0; i < elements; i++) {
        numbers[i] = (float) random.nextGaussian() * 0.2f;
      }
      return Tensor.ofFloats(numbers, shape);
    }

    void run() {
      long before = System.nanoTime();
      executor.run(plan, data, lengths, new Cancellation());
      best = Math.min(best, System.nanoTime() - before);
    }
  }

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    String plain = "p[h, i, j] = softmax[j](s[h, i, j])\n";
    cases.add(new Case("a row of 1024", row("", SCORE + plain), 1024));
    String all = "p[h, i, j, u, w] = softmax[u, w](s[h, i, j, u, w]";
    cases.add(new Case("an image", image("", PLACES + all + ")\n"), 32));
    String before = " where u < i or u == i and w <= j)\n";
    cases.add(new Case("an image, causal", image("", PLACES + all + before), 32));
    String near = " where max(i - u, u - i) <= 4 and max(j - w, w - j) <= 4)\n";
    cases.add(new Case("an image, places near", image("", PLACES + all + near), 32));
    String slope = " - 0.1 * float(max(i - u, u - i) + max(j - w, w - j)))\n";
    cases.add(new Case("an image, distances", image("", PLACES + all + slope), 32));
    String table = "weight t: [12, 63, 63]\n";
    String bias = " + t[h, clamp(i - u, -31, 31) + 31, clamp(j - w, -31, 31) + 31])\n";
    cases.add(new Case("an image, a table", image("", table + PLACES + all + bias), 32));
    String place = "clamp(j - i, -16, 16) + 16";
    String moved =
        "weight t: [33, 64]\ns[h, i, j] = q[i, h, e] * (k[j, h, e] + t[PLACE, e]) / 8.0\n";
    cases.add(new Case("moved keys", row("", moved.replace("PLACE", place) + plain), 1024));
    return cases;
  }

  /**
   * @param args how often each runs; 60 times unless told
   */
  public static void main(String[] args) {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 60;
    List<Case> cases = cases();
    for (int round = 0; round < rounds; round++) {
      cases.forEach(Case::run);
    }
    for (Case each : cases) {
      double times = each.best / cases.getFirst().best;
      System.out.printf("%-24s %8.2f ms %6.2f times%n", each.name, each.best / 1e6, times);
      each.executor.close();
    }
  }
}
