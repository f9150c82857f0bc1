package xfm.compiler.plan;

import java.util.List;
import xfm.compiler.ir.Atom;
import xfm.compiler.rewrite.Product;

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

  @Override
  public String toString() {
    return (batch.isEmpty() ? "" : "batch " + batch + ", ")
        + "inner "
        + inner
        + ", columns "
        + columns;
  }
}
