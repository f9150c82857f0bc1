/**
 * The syntax tree: records under sealed interfaces, each with its span. Nothing is resolved here.
 * Read Item, then Expr, Type and Ast.
 */
package xfm.compiler.ast;
