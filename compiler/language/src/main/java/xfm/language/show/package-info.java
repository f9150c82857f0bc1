/**
 * Values drawn as text: {@link xfm.language.show.Shown} chooses between {@code Table} and {@code
 * Dots}. Plain Java.
 */
package xfm.language.show;
