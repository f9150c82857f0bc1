package xfm.compiler.ast;

import xfm.compiler.source.Span;

/** Anything that was written down. Every node knows where it stands in its source. */
public sealed interface Node permits Item, Expr, Type, Ast.Part {
  Span span();
}
