/**
 * Errors as hosts see them: {@link xfm.language.error.XfmError} is the guest exception, {@link
 * xfm.language.error.Problems} makes one of diagnostics.
 */
package xfm.language.error;
