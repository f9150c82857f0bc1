/**
 * The read-eval-print loop: {@link xfm.cli.repl.Repl} evaluates and prints, over a line editor on a
 * terminal and over plain lines when standard input is a file or a pipe.
 */
package xfm.cli.repl;
