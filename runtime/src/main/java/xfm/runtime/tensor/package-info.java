/**
 * What a tensor is: an element type, a shape, and the memory that holds the elements.
 *
 * <p>Imports nothing of xfm. Read {@link xfm.runtime.tensor.DType}, then {@link
 * xfm.runtime.tensor.Shapes}, then {@link xfm.runtime.tensor.Tensor}.
 */
package xfm.runtime.tensor;
