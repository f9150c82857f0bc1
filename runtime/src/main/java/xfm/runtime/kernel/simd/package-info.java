/**
 * The kernels on the Vector API; the only package that may import it. Each has a twin in {@code
 * kernel.scalar} that says what it computes, and gives the same bits.
 */
package xfm.runtime.kernel.simd;
