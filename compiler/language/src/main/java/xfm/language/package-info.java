/**
 * xfm as a language of the polyglot API. {@link xfm.language.XfmLanguage} reads a text by {@code
 * Scripts}, {@link xfm.language.XfmContext} holds what lives as long as a host's context. Then, in
 * the order in which data meets them: {@code translate} (syntax tree to nodes), {@code node},
 * {@code value}, {@code call}, {@code builtin}, {@code model}, {@code show}, {@code tool}, {@code
 * error}.
 *
 * <p>Truffle is used here alone; the compiler below knows nothing of it.
 */
package xfm.language;
