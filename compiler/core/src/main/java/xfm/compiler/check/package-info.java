/**
 * From the syntax tree to the typed graph. A declaration is walked symbolically (as it stands) or
 * with numbers (when a model is made) by the same code. Read Checker, Statements, Equations,
 * Expressions, Subscripts, Calls, Prover.
 */
package xfm.compiler.check;
