/**
 * The typed graph: a model as a list of equations over values with symbolic lengths. Built by the
 * checker, rewritten into plans, and evaluated as it stands by the plain interpreter. Read Poly
 * (integers), Term (scalars), Equation, Graph.
 */
package xfm.compiler.ir;
