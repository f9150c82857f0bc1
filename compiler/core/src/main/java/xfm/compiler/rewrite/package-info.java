/**
 * Graphs rewritten into graphs that are quicker to run and mean the same. {@link
 * xfm.compiler.rewrite.Passes} is the list, in order; each pass is one file and pure, its result a
 * graph that the interpreter runs as it runs the first one. {@link xfm.compiler.rewrite.Product}
 * says what can be a matrix product, {@link xfm.compiler.rewrite.Work} what anything costs. Only
 * structure is looked at, never a name. Imports {@code ir}.
 */
package xfm.compiler.rewrite;
