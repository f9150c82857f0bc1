/**
 * The commands of {@code xfm}: {@link xfm.cli.Xfm} names them all, each has a class of its own.
 *
 * <p>A command checks what was typed, calls the language through {@link xfm.cli.host.Tool} and
 * prints what comes back: results on standard output, everything else on standard error. What a
 * program means is decided in the language, never here.
 */
package xfm.cli;
