/**
 * The builtins of scripts: {@link xfm.language.builtin.Builtins} is their table, one class each.
 */
package xfm.language.builtin;
