/**
 * What can be called: {@link xfm.language.call.Signature} puts the arguments of a call in order,
 * {@link xfm.language.call.XfmFunction} is a function of the script, {@link
 * xfm.language.call.Builtin} one of ours, {@link xfm.language.call.Method} one bound to an object.
 */
package xfm.language.call;
