package xfm.compiler.plan;

import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.Product;
import xfm.runtime.fuse.Elem;
import xfm.runtime.fuse.Loop;
import xfm.runtime.fuse.LoopNest;
import xfm.runtime.fuse.Scalar;
import xfm.runtime.kernel.contract.Epilogue;
import xfm.runtime.kernel.contract.LoopEpilogue;

/**
 * An equation that computes with products as they are made, as a {@link LoopEpilogue}.
 *
 * @param columnsOutside whether the outer axis is that of the columns
 * @param operands the values that it reads besides the products
 * @param lengths the parameters behind the indices
 */
record TileLoop(LoopNest nest, boolean columnsOutside, List<Value> operands, List<Poly> lengths) {
  TileLoop {
    operands = List.copyOf(operands);
    lengths = List.copyOf(lengths);
  }

  /**
   * @param indices the product's, sorted as they lie in the target
   * @param products of the equation; the order is that of the sums
   */
  static TileLoop of(
      Equation equation,
      Product indices,
      SequencedMap<Value, Product> products,
      Function<Value, Layout> layouts) {
    LoopMaker maker = new LoopMaker(layouts, Optional.empty());
    Value target = equation.target();
    maker.operands.add(target);
    maker.operands.add(new Value("sums", Term.Kind.FLOAT, List.of()));
    for (int p = 0; p < LoopEpilogue.INDEX; p++) {
      maker.parameters.add(Poly.of(new Atom.Symbol("box")));
    }
    List<Integer> order = layouts.apply(target).order();
    boolean columnsOutside =
        !order.isEmpty() && indices.rows().contains(equation.left().get(order.getLast()));
    Scalar row = new Scalar.Axis(columnsOutside ? 1 : 0);
    Scalar column = new Scalar.Axis(columnsOutside ? 0 : 1);
    place(maker, indices.batch(), Optional.empty());
    place(maker, indices.rows(), Optional.of(row));
    place(maker, indices.columns(), Optional.of(column));
    int first = maker.parameters.size();
    Scalar inTile = LoopMaker.times(row, LoopMaker.constant(Epilogue.ROW));
    inTile = LoopMaker.plus(LoopMaker.plus(new Scalar.Param(LoopEpilogue.AT), inTile), column);
    int sum = 0;
    for (Value product : products.sequencedKeySet()) {
      Scalar at = LoopMaker.plus(inTile, LoopMaker.constant((long) sum++ * Epilogue.TILE));
      maker.given.put(product, new Scalar.Load(1, Elem.F32, at));
    }
    Loop height = new Loop(LoopEpilogue.HEIGHT);
    Loop width = new Loop(LoopEpilogue.WIDTH);
    Scalar body = maker.scalar(equation.body());
    return new TileLoop(
        new LoopNest(
            columnsOutside ? List.of(width, height) : List.of(height, width),
            maker.store(equation),
            body),
        columnsOutside,
        maker.operands.subList(2, maker.operands.size()),
        maker.parameters.subList(first, maker.parameters.size()));
  }

  /**
   * @param axis what is added to the innermost index
   */
  private static void place(LoopMaker maker, List<Atom.Index> indices, Optional<Scalar> axis) {
    for (Atom.Index index : indices) {
      Scalar begin = new Scalar.Param(maker.parameter(Poly.of(index)));
      boolean moves = axis.isPresent() && index == indices.getLast();
      maker.indices.put(index, moves ? LoopMaker.plus(begin, axis.get()) : begin);
    }
  }
}
