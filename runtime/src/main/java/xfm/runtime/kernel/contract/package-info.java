/**
 * The contraction: matrix products of any batch and strides, behind one numeric contract.
 *
 * <p>Read {@link xfm.runtime.kernel.contract.ContractShape} (what is multiplied), {@link
 * xfm.runtime.kernel.contract.PackedMatrix} (how weights lie), {@link
 * xfm.runtime.kernel.contract.PanelProduct} (the kernel, whose twins are in {@code kernel.scalar}
 * and {@code kernel.simd}) and {@link xfm.runtime.kernel.contract.Contract} (blocking and threads).
 * A run computes {@link xfm.runtime.kernel.contract.Output}s of {@link
 * xfm.runtime.kernel.contract.Operands}; {@link xfm.runtime.kernel.contract.Epilogue} is what
 * happens to sums in the cache, {@link xfm.runtime.kernel.contract.Routing} how data says which
 * matrix a row meets.
 */
package xfm.runtime.kernel.contract;
