package xfm.compiler.account;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.runtime.io.JsonValue;

/**
 * The account of a model. Parameters are counted exactly; a constant is none, and a weight that is
 * used in several places is one.
 *
 * <p>A weight counts as a vector if it has at most one axis, or if every equation that reads it
 * reads one element of it for each element that it makes (biases and gains, whatever their rank);
 * otherwise it is a matrix.
 *
 * @param rows weights, those of all layers of a repeat in one row
 * @param blocks everything below one path, likewise
 * @param constants elements of constants, which are no parameters
 * @param values elements of everything that the equations define, if all of it were kept
 * @param flops operations of one forward pass
 * @param active parameters that one token uses: of a mixture's experts as many as it picks
 * @param depth how many layers there are, those inside other layers not counted
 * @param cache what writing token by token keeps
 * @param longest the lengths at their bounds, of those that have one
 * @param lengths those at which numbers are given: as long as can be, or as was asked
 */
public record Account(
    String model,
    List<Row> rows,
    List<Block> blocks,
    long matrices,
    long vectors,
    long constants,
    long active,
    int depth,
    Cache cache,
    Poly values,
    Poly flops,
    Map<Atom.Symbol, Long> longest,
    Map<Atom.Symbol, Long> lengths) {

  private static final int BYTES = Float.BYTES;

  /** An axis by the name under which the weight was declared. */
  public record Axis(String name, long size) {}

  /**
   * Weights of one shape at the same place in different layers.
   *
   * @param path {@code layer[0..95].attention.query}
   * @param uses how many weights there are
   */
  public record Row(String path, List<Axis> shape, boolean matrix, long each, long uses) {
    public long total() {
      return Math.multiplyExact(each, uses);
    }
  }

  /**
   * All weights below a path, in each of its uses.
   *
   * @param matrices parameters in matrices, in one use
   * @param vectors parameters in vectors, in one use
   */
  public record Block(
      String path,
      long uses,
      long matrices,
      long vectors,
      List<Slice> slices,
      List<Factored> factored) {
    public long each() {
      return Math.addExact(matrices, vectors);
    }

    public long total() {
      return Math.multiplyExact(each(), uses);
    }
  }

  /**
   * One of the equal parts that several matrices of a block have in common: one head, one expert.
   *
   * @param axis the axis along which the block falls into such parts
   */
  public record Slice(Axis axis, List<Part> parts) {
    public long total() {
      return parts.stream().mapToLong(Part::parameters).reduce(0, Math::addExact);
    }
  }

  /** The part of one matrix. */
  public record Part(String weight, long parameters) {}

  /**
   * A matrix that stands as two factors: nothing but sums lies between them.
   *
   * @param copies what each of is one such matrix (heads), if there are several
   * @param rank of the matrix that the factors are together
   * @param rows of that matrix
   * @param columns of that matrix
   */
  public record Factored(
      String first, String second, Optional<Axis> copies, long rank, long rows, long columns) {
    /** The parameters of one copy's two factors. */
    public long parameters() {
      return Math.multiplyExact(rank, Math.addExact(rows, columns));
    }

    /** The parameters that one copy's matrix would have in full. */
    public long full() {
      return Math.multiplyExact(rows, columns);
    }
  }

  /**
   * Counts a graph, at the longest that its inputs may be.
   *
   * @throws ArithmeticException if a count leaves the range of a long
   */
  public static Account of(Graph graph) {
    return of(graph, graph.longest());
  }

  /**
   * Counts a graph, at some lengths.
   *
   * @throws ArithmeticException if a count leaves the range of a long
   */
  public static Account of(Graph graph, Map<Atom.Symbol, Long> lengths) {
    return new Counting(graph, lengths).account();
  }

  /** Everything that is trained, for when nothing else is asked for. */
  public static long parameters(Graph graph) {
    return Counting.sum(graph.weights().stream().filter(weight -> !weight.constant()).toList());
  }

  /** Everything that is trained. */
  public long parameters() {
    return Math.addExact(matrices, vectors);
  }

  /** The memory of the weights as float32, constants included. */
  public long bytes() {
    return Math.multiplyExact(Math.addExact(parameters(), constants), BYTES);
  }

  /** The number at those lengths; none where it needs others, or is beyond counting. */
  static Optional<Long> at(Map<Atom.Symbol, Long> lengths, Poly poly) {
    try {
      return lengths.keySet().containsAll(poly.symbols())
          ? Optional.of(poly.size(lengths::get))
          : Optional.empty();
    } catch (ArithmeticException _) {
      return Optional.empty();
    }
  }

  Optional<Long> valueBytes() {
    return at(lengths, values.times(BYTES));
  }

  /** For a terminal of that many columns; wider only where the names alone are. */
  public String table(int width) {
    return new AccountTable(this).text(width);
  }

  public JsonValue json() {
    return AccountJson.of(this);
  }
}
