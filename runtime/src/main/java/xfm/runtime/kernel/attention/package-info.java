/**
 * Attention: scores, mask, softmax and the sum of values in one pass over tiles of keys, the
 * pattern never stored. {@link xfm.runtime.kernel.attention.Attention} runs it, {@link
 * xfm.runtime.kernel.attention.AttentionShape} says where everything lies, {@link
 * xfm.runtime.kernel.attention.TileFunctions} holds what a program does to a score, and {@link
 * xfm.runtime.kernel.attention.AttentionTile} is the inner kernel with a twin in {@code scalar} and
 * one in {@code simd}.
 */
package xfm.runtime.kernel.attention;
