/**
 * Models as values: {@link xfm.language.model.ModelDeclaration} makes and loads them, {@link
 * xfm.language.model.ModelValue} has a method for each {@code …Method} here.
 */
package xfm.language.model;
