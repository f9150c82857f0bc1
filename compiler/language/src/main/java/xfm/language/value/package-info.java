/**
 * The values of scripts, and how hosts see them. Read {@link xfm.language.value.Values} first, then
 * {@link xfm.language.value.XfmObject}.
 */
package xfm.language.value;
