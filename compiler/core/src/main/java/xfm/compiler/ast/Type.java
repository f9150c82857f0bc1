package xfm.compiler.ast;

import java.util.List;
import java.util.Optional;
import xfm.compiler.ast.Ast.Dim;
import xfm.compiler.ast.Ast.FnParameter;
import xfm.compiler.ast.Ast.Id;
import xfm.compiler.source.Span;

/** The declared type of a parameter, a weight or a result. */
public sealed interface Type extends Node {

  /** What a tensor or a scalar holds: {@code float} where nothing is said. */
  enum Element {
    FLOAT,
    INT,
    BOOL,
    TOKEN,
    TEXT
  }

  /** {@code [n, d]}, {@code [n] token(vocab)}, {@code [n] int < k}, {@code [..., d]}. */
  record Tensor(List<Dim> dims, Scalar element, Span span) implements Type {}

  /** {@code int}, {@code int < buckets}, {@code token(vocab)}: {@code below} is the bound. */
  record Scalar(Element element, Optional<Expr> below, Span span) implements Type {}

  /** {@code (s: float, h < heads) -> float}; with {@code block} in front it may own weights. */
  record Function(boolean block, List<FnParameter> parameters, Type result, Span span)
      implements Type {}

  /** {@code {logits: [n, vocab], pooled: [d]}}: several results. */
  record Record(List<TypeField> fields, Span span) implements Type {}

  /** A named result. */
  record TypeField(Id name, Type type) {}
}
