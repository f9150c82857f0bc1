/**
 * The contraction: matrix products of any batch and strides, behind one numeric contract.
 *
 * <p>Read {@link xfm.runtime.kernel.contract.ContractShape} (what is multiplied), {@link
 * xfm.runtime.kernel.contract.PackedMatrix} (how weights lie), {@link
 * xfm.runtime.kernel.contract.PanelProduct} (the kernel, whose twins are in {@code kernel.scalar}
 * and {@code kernel.simd}) and {@link xfm.runtime.kernel.contract.Contract} (blocking and threads).
 */
package xfm.runtime.kernel.contract;
