package xfm.compiler.plan;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.Product;
import xfm.compiler.rewrite.Route;
import xfm.runtime.fuse.LoopKernel;
import xfm.runtime.fuse.LoopNest;
import xfm.runtime.kernel.contract.ContractShape;
import xfm.runtime.kernel.contract.LoopEpilogue;
import xfm.runtime.kernel.contract.Operands;
import xfm.runtime.kernel.contract.Output;
import xfm.runtime.kernel.contract.PackedMatrix;
import xfm.runtime.kernel.contract.Routing;

/** Products with their memory and sizes, for lengths that are known. */
final class ProductMaker {
  private final Binding binding;
  private final Function<Value, MemorySegment> memory;
  private final Function<Product, PackedMatrix> packed;
  private final Function<LoopNest, LoopKernel> compiled;
  private final int threads;

  /**
   * @param memory of a value
   * @param packed the right factor of a product that is a weight
   * @param compiled the kernel of a loop nest
   * @param threads of the lane in which they run
   */
  ProductMaker(
      Binding binding,
      Function<Value, MemorySegment> memory,
      Function<Product, PackedMatrix> packed,
      Function<LoopNest, LoopKernel> compiled,
      int threads) {
    this.binding = binding;
    this.memory = memory;
    this.packed = packed;
    this.compiled = compiled;
    this.threads = threads;
  }

  Ready ready(Step.Multiply step) {
    Product first = step.outputs().getFirst().products().getFirst().product();
    Optional<Routing> routing = first.route().map(route -> routing(first, route));
    return new Ready.Products(
        step,
        step.outputs().stream().map(output -> output(output, routing)).toArray(Output[]::new));
  }

  /** All products of a step have the same rows, sorted alike. */
  private Routing routing(Product product, Route route) {
    Value picks = route.pick().value();
    long[] strides = binding.strides(picks);
    ContractShape rows = new ContractShape();
    for (Atom.Index index : product.rows()) {
      rows.row(binding.size(index.size()), Strides.of(route.pick(), strides, index), 0);
    }
    long matrices = route.matrices(binding.shape(product.b().value()));
    return new Routing(memory.apply(picks), rows, Math.toIntExact(matrices));
  }

  private Output output(Step.Output output, Optional<Routing> routing) {
    Equation equation = output.equation();
    List<Operands> operands =
        output.products().stream()
            .map(factors -> operands(equation, factors, Optional.empty()))
            .map(own -> routing.map(own::routed).orElse(own))
            .toList();
    MemorySegment target = memory.apply(equation.target());
    if (output.epilogue().isEmpty()) {
      return Output.stored(operands.getFirst(), target, 0);
    }
    TileLoop loop = output.epilogue().get();
    Product indices = output.products().getFirst().product();
    return Output.consumed(
        operands,
        new LoopEpilogue(
            compiled.apply(loop.nest()),
            loop.columnsOutside(),
            sizes(indices.batch()),
            sizes(indices.rows()),
            sizes(indices.columns()),
            target,
            loop.operands().stream().map(memory).toList(),
            loop.lengths().stream().mapToInt(binding::size).toArray(),
            routing,
            threads));
  }

  private int[] sizes(List<Atom.Index> indices) {
    return indices.stream().mapToInt(index -> binding.size(index.size())).toArray();
  }

  /** Of a recurrence, one place at a time. */
  Ready ready(Step.Multiply step, Atom.Index along) {
    Step.Output output = step.outputs().getFirst();
    Equation equation = output.equation();
    Step.Factors factors = output.products().getFirst();
    return new Ready.PlacedProduct(
        step,
        operands(equation, factors, Optional.of(along)),
        memory.apply(equation.target()),
        start(factors.product().a()),
        strideOf(factors.product().a(), along),
        factors.packed() ? 0 : start(factors.product().b()),
        factors.packed() ? 0 : strideOf(factors.product().b(), along),
        binding.strides(equation.target())[equation.left().indexOf(along)]);
  }

  private long strideOf(Term.Read read, Atom.Index along) {
    return Strides.of(read, binding.strides(read.value()), along);
  }

  private long start(Term.Read read) {
    return Strides.start(read, binding.strides(read.value()), binding::size);
  }

  /**
   * @param fixed an index that stays at one place
   */
  private Operands operands(Equation equation, Step.Factors factors, Optional<Atom.Index> fixed) {
    Product product = factors.product();
    MemorySegment a = memory.apply(product.a().value());
    ContractShape shape = shape(equation, product, fixed);
    return factors.packed()
        ? Operands.packed(a, start(product.a()), packed.apply(product), 0, shape)
        : Operands.strided(
            a, start(product.a()), memory.apply(product.b().value()), start(product.b()), shape);
  }

  private ContractShape shape(Equation equation, Product product, Optional<Atom.Index> fixed) {
    long[] inTarget = binding.strides(equation.target());
    long[] inA = binding.strides(product.a().value());
    long[] inB = binding.strides(product.b().value());
    ContractShape shape = new ContractShape();
    product
        .route()
        .ifPresent(route -> {
          long matrices = route.matrices(binding.shape(product.b().value()));
          shape.batch(matrices, 0, route.stride(inB), 0);
        });
    for (Atom.Index index : without(fixed, product.batch())) {
      shape.batch(
          binding.size(index.size()),
          Strides.of(product.a(), inA, index),
          Strides.of(product.b(), inB, index),
          inTarget[equation.left().indexOf(index)]);
    }
    for (Atom.Index index : without(fixed, product.rows())) {
      shape.row(
          binding.size(index.size()),
          Strides.of(product.a(), inA, index),
          inTarget[equation.left().indexOf(index)]);
    }
    for (Atom.Index index : without(fixed, product.columns())) {
      shape.col(
          binding.size(index.size()),
          Strides.of(product.b(), inB, index),
          inTarget[equation.left().indexOf(index)]);
    }
    for (Atom.Index index : without(fixed, product.inner())) {
      shape.inner(
          binding.size(index.size()),
          Strides.of(product.a(), inA, index),
          Strides.of(product.b(), inB, index));
    }
    return shape;
  }

  private static List<Atom.Index> without(Optional<Atom.Index> fixed, List<Atom.Index> indices) {
    return indices.stream().filter(index -> !fixed.equals(Optional.of(index))).toList();
  }
}
