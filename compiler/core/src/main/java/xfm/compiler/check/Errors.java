package xfm.compiler.check;

import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.source.Span;

/** The words of the checker's errors that are said in more than one place. */
final class Errors {
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
                "the " + d.declaration().kind().word() + " `" + d.declaration().name() + "`";
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
      case Meta.Absent absent -> "a weight that does not exist here";
    };
  }
}
