/**
 * The ANTLR lexer and parser of the xfm language, generated from the two grammars in this folder.
 */
module xfm.grammar {
  requires transitive org.antlr.antlr4.runtime;

  exports xfm.grammar;
}
