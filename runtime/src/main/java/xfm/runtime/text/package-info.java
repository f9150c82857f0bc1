/**
 * Tokenizers: text to the numbers that a model reads, and back.
 *
 * <p>Imports {@code xfm.runtime.io}. Read {@link xfm.runtime.text.Tokenizer}, then {@link
 * xfm.runtime.text.Tokenizers}, which finds the one of a model, then the kinds.
 */
package xfm.runtime.text;
