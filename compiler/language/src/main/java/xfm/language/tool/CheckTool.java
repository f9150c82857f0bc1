package xfm.language.tool;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Renderer;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.XfmRecord;

/** {@code check(path)}: everything wrong with a file, as {@code {errors, json, text, more}}. */
final class CheckTool extends Builtin {
  /** Codes behind which stands a rule of the language; the others say all there is. */
  private static final Set<Code> EXPLAINED = EnumSet.of(Code.SHAPE, Code.INDEX, Code.PATH);

  CheckTool() {
    super(Signature.of("check", Parameter.required("path", Kind.TEXT)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    List<Diagnostic> found = context.check(context.files().path(arguments.text(0), null));
    String text = context.colour() ? Renderer.colour(found) : Renderer.plain(found);
    return XfmRecord.of(
        "errors",
        found.stream().filter(d -> d.severity() == Diagnostic.Severity.ERROR).count(),
        "json",
        Renderer.json(found),
        "text",
        found.isEmpty() ? "" : text,
        "more",
        found.stream()
            .filter(d -> d.severity() == Diagnostic.Severity.ERROR)
            .map(Diagnostic::code)
            .filter(EXPLAINED::contains)
            .findFirst()
            .map(Code::word)
            .orElse(""));
  }
}
