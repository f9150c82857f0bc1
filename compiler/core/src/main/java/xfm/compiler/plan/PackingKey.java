package xfm.compiler.plan;

import java.util.List;
import xfm.compiler.ir.Atom;
import xfm.compiler.rewrite.Product;
import xfm.runtime.kernel.contract.PackedMatrix;
import xfm.runtime.kernel.contract.PanelProduct;

/**
 * In which roles a weight's axes stand in a product, in order: two products with the same ones
 * share the packing.
 */
record PackingKey(List<Integer> batch, List<Integer> inner, List<Integer> columns) {

  static PackingKey of(Product product) {
    return new PackingKey(
        product.route().map(route -> List.of(route.axis())).orElse(axes(product, product.batch())),
        axes(product, product.inner()),
        axes(product, product.columns()));
  }

  private static List<Integer> axes(Product product, List<Atom.Index> indices) {
    return indices.stream().map(index -> Plan.axis(product.b(), index)).toList();
  }

  /** What the packing of a weight takes. */
  long bytes(long[] sizes) {
    long width = PackedMatrix.panelCount(product(columns, sizes)) * PanelProduct.WIDTH;
    long elements = Math.multiplyExact(product(batch, sizes), product(inner, sizes));
    return Math.multiplyExact(Math.multiplyExact(elements, width), Float.BYTES);
  }

  private static long product(List<Integer> axes, long[] sizes) {
    return axes.stream().mapToLong(axis -> sizes[axis]).reduce(1, Math::multiplyExact);
  }

  @Override
  public String toString() {
    return (batch.isEmpty() ? "" : "batch " + batch + ", ")
        + "inner "
        + inner
        + ", columns "
        + columns;
  }
}
