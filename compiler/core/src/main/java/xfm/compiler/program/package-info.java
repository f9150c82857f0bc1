/**
 * What hosts of the compiler use: a program (a file, its imports, the stdlib) and the models made
 * of it. Read Program, then Model.
 */
package xfm.compiler.program;
