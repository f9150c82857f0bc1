/**
 * From the syntax tree of a script to its nodes: {@link xfm.language.translate.Translator} is the
 * way in, {@code Statements} and {@code Expressions} do it, {@code Frame} knows the local names and
 * {@code Names} the others.
 */
package xfm.language.translate;
