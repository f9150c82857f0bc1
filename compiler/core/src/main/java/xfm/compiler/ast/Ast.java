package xfm.compiler.ast;

import java.util.List;
import java.util.Optional;
import xfm.compiler.source.Source;
import xfm.compiler.source.Span;

/** The parts of a program that are neither items, expressions nor types. */
public final class Ast {
  private Ast() {}

  /**
   * A whole file.
   *
   * @param requires the language version of {@code requires xfm 1}, if it is stated
   */
  public record File(Source source, Optional<Version> requires, List<Item> items) {}

  /** Nodes that stand inside an item or an expression. */
  public sealed interface Part extends Node
      permits Version,
          Id,
          Parameter,
          Binder,
          Index,
          Argument,
          Field,
          Target,
          WeightName,
          Dim,
          FnParameter,
          PathSegment,
          CheckpointLine,
          Transform,
          Piece {}

  public record Version(int number, Span span) implements Part {}

  /** A name where it is written. */
  public record Id(String text, Span span) implements Part {
    @Override
    public String toString() {
      return text;
    }
  }

  /** {@code heads: int = 8} in the header of a declaration, or {@code i} in a lambda. */
  public record Parameter(Id name, Optional<Type> type, Optional<Expr> defaultValue, Span span)
      implements Part {}

  /**
   * An index on the left of an equation or in the bracket of a reduction: {@code i}, {@code t: n //
   * 2}, or {@code ...} (a name of "...").
   */
  public record Binder(Id name, Optional<Expr> size, Span span) implements Part {
    public boolean isEllipsis() {
      return name.text().equals("...");
    }
  }

  /** One position of a subscript. */
  public sealed interface Index extends Part permits At, Whole, Rest {}

  /** An integer expression. */
  public record At(Expr value, Span span) implements Index {}

  /** {@code :}, the whole axis. */
  public record Whole(Span span) implements Index {}

  /** {@code ...}, all leading axes. */
  public record Rest(Span span) implements Index {}

  /** {@code value} or {@code name = value} in a call. */
  public record Argument(Optional<Id> name, Expr value, Span span) implements Part {}

  /** {@code name: value} in a record, {@code name: type} in a record type's values. */
  public record Field(Id name, Expr value, Span span) implements Part {}

  /**
   * What an equation defines: {@code y[i, b]}; without brackets ({@code x = …}) the indices are
   * absent, with empty ones ({@code y[] = …}) they are an empty list. {@code _} discards.
   */
  public record Target(Id name, Optional<List<Binder>> indices, Span span) implements Part {}

  /** {@code query}, or with stated indices {@code mix[t: s, k: s]}. */
  public record WeightName(Id name, Optional<List<Binder>> indices, Span span) implements Part {}

  /** One size in a tensor type: {@code d}, {@code 4 * d}, {@code n <= context}, {@code ...}. */
  public sealed interface Dim extends Part permits Size, RestDim {}

  public record Size(Expr value, Optional<Expr> atMost, Span span) implements Dim {}

  public record RestDim(Span span) implements Dim {}

  /** {@code s: float}, {@code h < heads}, {@code float}: a parameter in a function's type. */
  public record FnParameter(Optional<Id> name, Optional<Type> type, Optional<Expr> below, Span span)
      implements Part {}

  /** {@code layer[l]} or {@code (query | key)} in the path of a weight. */
  public record PathSegment(List<Id> alternatives, Optional<Expr> index, Span span)
      implements Part {}

  /** A line of a checkpoint section. */
  public sealed interface CheckpointLine extends Part
      permits Setting, Mapping, Ignore, IgnoreConfig, CheckpointRequire {}

  /** {@code d = config.n_embd else 768}: {@code absent} holds where the key is missing. */
  public record Setting(Id name, Expr value, Optional<Expr> absent, Span span)
      implements CheckpointLine {}

  /**
   * {@code layer[l].attention.(query | key) = "h.{l}.(q | k).weight" or "…" transpose as [d, heads,
   * d_k]}. The texts are kept as written between the quotes, escapes resolved.
   */
  public record Mapping(
      List<PathSegment> path, List<Expr.Text> files, List<Transform> transforms, Span span)
      implements CheckpointLine {}

  /** {@code ignore "h.{l}.attn.bias", "…"}: tensors of the file that are not read. */
  public record Ignore(List<Expr.Text> files, Span span) implements CheckpointLine {}

  /** {@code ignore config.(dropout | use_cache)}: keys of config.json that are not read. */
  public record IgnoreConfig(List<Id> keys, Span span) implements CheckpointLine {}

  /** {@code require config.activation_function == "gelu_new"}. */
  public record CheckpointRequire(Expr condition, Span span) implements CheckpointLine {}

  /** What happens to a tensor of the file on its way to a weight. */
  public sealed interface Transform extends Part permits Split, Stack, Transpose, As {}

  /** {@code split 3 on columns}; {@code axis} is "rows", "columns" or empty (the only axis). */
  public record Split(Expr parts, Optional<Id> axis, Span span) implements Transform {}

  /** {@code stack experts}: as many tensors, by the letter in the text that the path lacks. */
  public record Stack(Expr parts, Span span) implements Transform {}

  public record Transpose(Span span) implements Transform {}

  /** {@code as [d, heads, d_k]}: the same elements in the same order under another shape. */
  public record As(List<Expr> sizes, Span span) implements Transform {}

  /** A piece of a text with holes: literal words, or an expression with a format. */
  public sealed interface Piece extends Part permits Words, Hole {}

  public record Words(String text, Span span) implements Piece {}

  /** {@code {loss:.4}}: the format is what follows the colon, or empty. */
  public record Hole(Expr value, String format, Span span) implements Piece {}
}
