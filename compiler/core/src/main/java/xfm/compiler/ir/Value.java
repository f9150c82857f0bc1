package xfm.compiler.ir;

import java.util.List;

/**
 * A tensor of the graph: an input, a weight, or what an equation defines. Identity counts; {@code
 * path} is for people ({@code layer[3].attention.pattern}).
 */
public final class Value {
  private final String path;
  private final Term.Kind kind;
  private final List<Poly> shape;

  public Value(String path, Term.Kind kind, List<Poly> shape) {
    this.path = path;
    this.kind = kind;
    this.shape = List.copyOf(shape);
  }

  public String path() {
    return path;
  }

  public Term.Kind kind() {
    return kind;
  }

  public List<Poly> shape() {
    return shape;
  }

  @Override
  public String toString() {
    return path;
  }
}
