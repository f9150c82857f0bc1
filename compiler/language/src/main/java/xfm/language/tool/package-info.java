/**
 * What the command line is made of, reached by hosts as the member {@code tool} of the bindings:
 * {@link xfm.language.tool.Tool} lists one class for each command.
 */
package xfm.language.tool;
