package xfm.runtime.kernel.contract;

/**
 * The sizes and strides of one contraction {@code C[b,m,n] = Σ_k A[b,m,k] · B[b,k,n]}.
 *
 * <p>Each letter stands for a group of axes, given outermost first; a group without axes has one
 * point. Strides count elements, and are 0 where the operand lacks the axis. Different points of
 * (b, m, n) must lie at different places of C.
 *
 * <p>Mutable, so that a step whose lengths change from call to call refills one object and
 * allocates nothing:
 *
 * <pre>{@code
 * shape.clear().batch(heads, d, d, n * m).row(n, heads * d, m).col(m, heads * d, 1).inner(d, 1, 1)
 * }</pre>
 */
public final class ContractShape {
  final Axes batch = new Axes();
  final Axes rows = new Axes();
  final Axes cols = new Axes();
  final Axes inner = new Axes();

  /** A shape without axes: the product of two numbers. */
  public ContractShape() {}

  /** Forgets all axes. */
  public ContractShape clear() {
    batch.clear();
    rows.clear();
    cols.clear();
    inner.clear();
    return this;
  }

  /** Adds an axis that A, B and C share. For a packed B only whether its stride is 0 counts. */
  public ContractShape batch(long size, long strideA, long strideB, long strideC) {
    batch.add(size, strideA, strideB, strideC);
    return this;
  }

  /** Adds an axis of A and C. */
  public ContractShape row(long size, long strideA, long strideC) {
    rows.add(size, strideA, 0, strideC);
    return this;
  }

  /** Adds an axis of B and C. */
  public ContractShape col(long size, long strideB, long strideC) {
    cols.add(size, 0, strideB, strideC);
    return this;
  }

  /** Adds an axis of A and B that is summed over. */
  public ContractShape inner(long size, long strideA, long strideB) {
    inner.add(size, strideA, strideB, 0);
    return this;
  }
}
