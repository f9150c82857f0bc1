package xfm.compiler.program;

/** The stages of a model that can be printed. */
public enum DumpKind {
  AST,
  GRAPH,
  PLAN,
  FLAT
}
