package xfm.compiler.plan;

import java.util.List;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Term;
import xfm.compiler.rewrite.Product;
import xfm.runtime.kernel.contract.ContractShape;
import xfm.runtime.kernel.contract.PackedMatrix;
import xfm.runtime.kernel.contract.PanelProduct;

/**
 * Which elements of a weight a product reads, in which roles and order: two products with the same
 * ones share the packing.
 *
 * @param start the first element
 */
record PackingKey(long start, List<Way> batch, List<Way> inner, List<Way> columns) {

  /**
   * How an index goes through a weight.
   *
   * @param axis that it runs over, whole and alone; else −1
   * @param size how many places it has
   * @param stride elements from one to the next
   */
  record Way(int axis, long size, long stride) {
    @Override
    public String toString() {
      return axis >= 0 ? Integer.toString(axis) : size + " by " + stride;
    }
  }

  static PackingKey of(Product product) {
    Term.Read read = product.b();
    long[] sizes = Weights.sizes(read.value());
    long[] strides = Layout.declared(read.value()).strides(sizes);
    return new PackingKey(
        Strides.start(read, strides, size -> size.constant().orElseThrow()),
        product
            .route()
            .map(route ->
                List.of(new Way(route.axis(), route.matrices(sizes), route.stride(strides))))
            .orElse(ways(read, strides, product.batch())),
        ways(read, strides, product.inner()),
        ways(read, strides, product.columns()));
  }

  private static List<Way> ways(Term.Read read, long[] strides, List<Atom.Index> indices) {
    return indices.stream()
        .map(index ->
            new Way(
                Plan.axis(read, index),
                index.size().constant().orElseThrow(),
                Strides.of(read, strides, index)))
        .toList();
  }

  /** What the packing takes. */
  long bytes() {
    long width = PackedMatrix.panelCount(product(columns)) * PanelProduct.WIDTH;
    long elements = Math.multiplyExact(product(batch), product(inner));
    return Math.multiplyExact(Math.multiplyExact(elements, width), Float.BYTES);
  }

  private static long product(List<Way> ways) {
    return ways.stream().mapToLong(Way::size).reduce(1, Math::multiplyExact);
  }

  /** What {@link PackedMatrix#pack} packs. */
  ContractShape shape() {
    ContractShape shape = new ContractShape().clear();
    batch.forEach(way -> shape.batch(way.size(), 0, way.stride(), 0));
    inner.forEach(way -> shape.inner(way.size(), 0, way.stride()));
    columns.forEach(way -> shape.col(way.size(), way.stride(), 0));
    return shape;
  }

  @Override
  public String toString() {
    return (batch.isEmpty() ? "" : "batch " + batch + ", ")
        + "inner "
        + inner
        + ", columns "
        + columns
        + (start == 0 ? "" : ", from " + start);
  }
}
