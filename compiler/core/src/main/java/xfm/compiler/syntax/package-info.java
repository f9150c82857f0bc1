/**
 * From text to tree, and from text to well-set text. Read {@link xfm.compiler.syntax.Parser}, then
 * Layout (which line ends count, limits), then the builders; Recovery and Explain say what is
 * wrong.
 */
package xfm.compiler.syntax;
