/** Texts and places in them. */
package xfm.compiler.source;
