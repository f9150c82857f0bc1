package xfm.compiler.print;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import xfm.compiler.ast.Item;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Interp;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Term.UnaryOp;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Value;
import xfm.compiler.program.Program;
import xfm.compiler.source.Source;
import xfm.compiler.source.Span;
import xfm.compiler.syntax.Parser;
import xfm.runtime.tensor.Tensor;

/** Terms of every shape, printed and read, give the same bits: no parenthesis is missing. */
class RandomTermsTest {
  private static final int SIZE = 6;
  private static final List<Double> NUMBERS =
      List.of(0.5, -2.0, 3.0, 1e-5, 1.25e10, -7.5e-3, 0.1, 1.0 / 3, 1e300, -0.0);

  private final Random random = new Random(7);
  private final Atom.Symbol length = new Atom.Symbol("n");
  private final Value x = new Value("x", Term.Kind.FLOAT, List.of(Poly.of(length)));
  private final Atom.Index i = new Atom.Index("i", Poly.of(length));

  private Term number(int depth, Atom.Index at) {
    if (depth == 0) {
      return switch (random.nextInt(3)) {
        case 0 -> Terms.number(NUMBERS.get(random.nextInt(NUMBERS.size())));
        case 1 -> Terms.read(x, List.of(Poly.of(at)));
        default -> Terms.toFloat(Terms.integer(integer(2, at)));
      };
    }
    int less = random.nextInt(depth);
    return switch (random.nextInt(13)) {
      case 0 -> Terms.negate(number(less, at));
      case 1 -> Terms.apply(UnaryOp.ABS, number(less, at));
      case 2 -> Terms.apply(UnaryOp.SIN, number(less, at));
      case 3 -> Terms.choose(truth(less, at), number(less, at), number(depth - 1, at));
      case 4 -> {
        Atom.Index j = new Atom.Index("j", Poly.of(length));
        yield new Term.Reduce(
            Term.ReduceOp.SUM,
            List.of(j),
            number(less, j),
            Optional.of(truth(1, j)),
            Optional.empty());
      }
      case 5 -> {
        Atom.Index j = new Atom.Index("j", Poly.of(3));
        yield new Term.Reduce(
            Term.ReduceOp.MAX,
            List.of(j),
            Terms.arithmetic(
                BinaryOp.ADD, number(less, at), Terms.toFloat(Terms.integer(Poly.of(j)))),
            Optional.of(
                Terms.compare(
                    BinaryOp.LESS, Terms.integer(Poly.of(j)), Terms.integer(Poly.of(at)))),
            Optional.of(number(less, at)));
      }
      case 6 ->
          Terms.toFloat(
              Terms.data(
                  new Term.Along(
                      Term.ScanOp.RANK, at, number(less, at), Optional.of(truth(1, at)))));
      default -> {
        List<BinaryOp> ops =
            List.of(
                BinaryOp.ADD,
                BinaryOp.SUBTRACT,
                BinaryOp.MULTIPLY,
                BinaryOp.DIVIDE,
                BinaryOp.POWER,
                BinaryOp.MIN,
                BinaryOp.MAX);
        BinaryOp op = ops.get(random.nextInt(ops.size()));
        Term b = number(less, at);
        boolean zero = b instanceof Term.Number(double value) && value == 0;
        yield Terms.arithmetic(
            op == BinaryOp.DIVIDE && zero ? BinaryOp.ADD : op, number(depth - 1, at), b);
      }
    };
  }

  private Poly integer(int depth, Atom.Index at) {
    if (depth == 0) {
      return random.nextBoolean() ? Poly.of(random.nextInt(9) - 4) : Poly.of(at);
    }
    Poly a = integer(depth - 1, at);
    Poly b = integer(depth - 1, at);
    return switch (random.nextInt(7)) {
      case 0 -> a.plus(b);
      case 1 -> a.minus(b);
      case 2 -> a.times(b);
      case 3 -> a.min(b);
      case 4 -> a.max(b.times(-1));
      case 5 -> a.quotient(Poly.of(random.nextInt(4) + 1));
      default -> a.remainder(Poly.of(random.nextInt(4) + 1));
    };
  }

  private Term truth(int depth, Atom.Index at) {
    if (depth == 0) {
      return Terms.compare(
          random.nextBoolean() ? BinaryOp.LESS_EQUAL : BinaryOp.UNEQUAL,
          Terms.integer(integer(1, at)),
          Terms.integer(integer(1, at)));
    }
    return switch (random.nextInt(5)) {
      case 0 -> Terms.and(truth(depth - 1, at), truth(depth - 1, at));
      case 1 -> Terms.or(truth(depth - 1, at), truth(depth - 1, at));
      case 2 -> Terms.not(truth(depth - 1, at));
      case 3 -> Terms.compare(BinaryOp.EQUAL, truth(depth - 1, at), truth(depth - 1, at));
      default -> Terms.compare(BinaryOp.LESS, number(depth - 1, at), number(depth - 1, at));
    };
  }

  @Test
  void readingAPrintedTermGivesItsBits() {
    float[] data = {0.3f, -1.5f, 2, 0, -0.25f, 7};
    Tensor input = Tensor.ofFloats(data, SIZE);
    for (int round = 0; round < 300; round++) {
      Graph graph = graph(number(1 + random.nextInt(5), i));
      String flat = Print.flat(graph);
      Graph again = read(flat);
      assertArrayEquals(run(graph, input), run(again, input), flat);
      // The checker may know more than these terms do (that a floor is 0); after that, nothing
      // moves.
      String known = Print.flat(again);
      assertEquals(known, Print.flat(read(known)));
    }
  }

  private static Graph read(String flat) {
    Program program = Program.of(Parser.parse(new Source("flat.xfm", flat)), Optional.empty());
    Item.Declaration model = program.declaration("m").orElseThrow();
    return program.make(model, Map.of(), model.span()).graph();
  }

  private Graph graph(Term body) {
    Value y = new Value("y", Term.Kind.FLOAT, List.of(Poly.of(length)));
    Span span = new Source("none", "").all();
    Map<String, Value> results = new LinkedHashMap<>(Map.of("y", y));
    return new Graph(
        "random",
        List.of(length),
        List.of(new Graph.Input("x", x, Optional.empty(), List.of(Optional.empty()), span)),
        List.of(),
        List.of(new Equation(y, List.of(i), body, span)),
        new LinkedHashMap<>(results),
        Map.of());
  }

  private static double[] run(Graph graph, Tensor input) {
    return new Interp(graph)
        .run(
            Map.of(graph.inputs().getFirst().value(), input),
            Map.of(graph.lengths().getFirst(), (long) SIZE))
        .get(graph.results().firstEntry().getValue());
  }
}
