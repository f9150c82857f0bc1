/** Errors as data, and the one renderer that turns them into text, colour or JSON. */
package xfm.compiler.diag;
