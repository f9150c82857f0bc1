/**
 * From text to a plan: source, syntax, checking, graph, rewriting, planning. No Truffle, no Vector
 * API.
 */
module xfm.compiler {
  requires xfm.grammar;
  requires xfm.stdlib;
  requires transitive xfm.runtime;
  requires com.fasterxml.jackson.core;
  requires jdk.management;

  exports xfm.compiler.account;
  exports xfm.compiler.ast;
  exports xfm.compiler.checkpoint;
  exports xfm.compiler.diag;
  exports xfm.compiler.generate;
  exports xfm.compiler.ir;
  exports xfm.compiler.plan;
  exports xfm.compiler.print;
  exports xfm.compiler.program;
  exports xfm.compiler.source;
  exports xfm.compiler.syntax;
}
