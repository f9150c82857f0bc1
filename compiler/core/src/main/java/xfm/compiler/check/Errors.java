package xfm.compiler.check;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import xfm.compiler.ast.Item;
import xfm.compiler.ast.Type;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Nearest;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.source.Span;

/** The words of the checker's errors that are said in more than one place. */
final class Errors {
  /** More places than this are not read. */
  private static final int MOST_PLACES = 4;

  private Errors() {}

  static XfmException error(Code code, String message, Span span) {
    return Diagnostic.of(code, message).at(span).raise();
  }

  static XfmException error(Code code, String message, Span span, String help) {
    return Diagnostic.of(code, message).at(span).help(help).raise();
  }

  static XfmException unsupported(String what, Span span) {
    return error(Code.UNSUPPORTED, "not supported yet: " + what, span);
  }

  /** A weight that is read where its condition is false. */
  static XfmException absent(Meta.Absent absent, Span read) {
    String name = absent.name().text();
    return Diagnostic.of(Code.NAME, "the weight `" + name + "` does not exist here")
        .at(read, "read here")
        .at(absent.condition().span(), "it exists where this is true, and it is false")
        .help(
            "give its readers a constant, `weight "
                + name
                + ": … if … else 0`, or read it inside an `if`")
        .raise();
  }

  /**
   * The error, with the call that led to it shown too, unless it shows a place there already or
   * names many. A block that is right as it stands goes wrong by how it is called: a call in
   * another file comes first.
   */
  static XfmException within(XfmException e, Span call, String text) {
    return new XfmException(
        e.diagnostics().stream()
            .map(d -> {
              if (shows(d, call)) {
                return d;
              }
              boolean same = d.labels().stream().anyMatch(l -> l.span().source() == call.source());
              return same ? d.at(call, text) : d.ledTo(call, text);
            })
            .toList());
  }

  private static boolean shows(Diagnostic diagnostic, Span call) {
    return diagnostic.labels().size() >= MOST_PLACES
        || diagnostic.labels().stream()
            .map(Diagnostic.Label::span)
            .anyMatch(s ->
                s.source() == call.source() && s.start() < call.end() && call.start() < s.end());
  }

  /** A call that lacks arguments where its result is needed; nothing for any other value. */
  static Optional<Diagnostic> lacking(Meta meta, Span span) {
    if (!(meta instanceof Meta.Function(Callable.Declared d)) || d.missing().isEmpty()) {
      return Optional.empty();
    }
    String name = d.declaration().name().text();
    String first = d.missing().getFirst();
    if (d.given().isEmpty()) {
      String what = d.declaration().kind() == Item.Kind.FN ? "a function" : "a block";
      return Optional.of(
          Diagnostic.of(Code.CALL, "`" + name + "` is " + what + ", and here it is not called")
              .at(span)
              .help("give it its arguments: `" + name + "(" + first + ", …)`"));
    }
    boolean tensor =
        d.declaration().parameters().stream()
            .anyMatch(
                p -> p.name().text().equals(first) && p.type().orElse(null) instanceof Type.Tensor);
    return Optional.of(
        Diagnostic.of(Code.CALL, "this call of `" + name + "` lacks " + Calls.quoted(d.missing()))
            .at(span)
            .help(
                tensor
                    ? "a tensor stands first: `" + name + "(x, …)`"
                    : "give it by name: `" + name + "(…, " + first + " = …)`"));
  }

  /** {@code i, a} for two axes: how a whole tensor is subscripted in an example. */
  static String letters(int axes) {
    List<String> letters = List.of("i", "a", "b", "c");
    return axes > letters.size() ? "…" : String.join(", ", letters.subList(0, axes));
  }

  /** The arguments that a partial application still waits for: without them it is no result. */
  private static String without(Callable.Declared d) {
    List<String> missing = d.missing();
    return d.given().isEmpty() || missing.isEmpty()
        ? ""
        : ", still without "
            + missing.stream().map(m -> "`" + m + "`").collect(Collectors.joining(", "));
  }

  /** {@code a float}, {@code an int}. */
  static String one(String type) {
    return (type.startsWith("i") ? "an " : "a ") + type;
  }

  /** What a tensor of a kind holds. */
  static String elements(Term.Kind kind) {
    return switch (kind) {
      case FLOAT -> "floats";
      case INT -> "ints";
      case BOOL -> "bools";
    };
  }

  /** {@code 1 axis}, {@code 2 axes}. */
  static String axes(int count) {
    return count == 1 ? "1 axis" : count + " axes";
  }

  /** "did you mean", or else what there is. */
  static String nearest(String wrong, Collection<String> known, String otherwise) {
    return Nearest.suggest(wrong, known)
        .map(near -> "did you mean `" + near + "`?")
        .orElse(otherwise);
  }

  /** What a value is, in the user's words. */
  static String describe(Meta meta) {
    return switch (meta) {
      case Meta.Scalar(Term.Int(Poly value)) ->
          value.constant().isPresent() ? "the number " + value : "an int";
      case Meta.Scalar(Term term) ->
          switch (term.kind()) {
            case FLOAT -> "a float";
            case INT -> "an int";
            case BOOL -> "a bool";
          };
      case Meta.Tensor tensor -> "a tensor " + tensor.shape();
      case Meta.Function(Callable callable) ->
          switch (callable) {
            case Callable.Declared d ->
                "the "
                    + (d.declaration().kind() == Item.Kind.FN
                        ? "function"
                        : d.declaration().kind().word())
                    + " `"
                    + d.declaration().name()
                    + "`"
                    + without(d);
            case Callable.Builtin b -> "the function `" + b.name() + "`";
            case Callable.Anonymous a -> "a function";
            case Callable.Adapted a -> "a function";
            case Callable.Lifted l -> "a function";
            case Callable.Opaque o -> "the function `" + o.name() + "`";
          };
      case Meta.Words words -> "a text";
      case Meta.ListOf list -> "a list";
      case Meta.RecordOf record -> "a record";
      case Meta.Start start -> "a way for a weight to begin";
      case Meta.Module file -> "the file imported as `" + file.name() + "`";
      case Meta.Absent absent -> "a weight that does not exist here";
      case Meta.Poisoned poisoned -> throw new Poison();
    };
  }
}
