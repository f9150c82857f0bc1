/**
 * A graph as text: the listing that people read, and the flat form, which is xfm again. Read Print,
 * then TermText (scalars), GraphText, FlatText and FlatSection.
 */
package xfm.compiler.print;
