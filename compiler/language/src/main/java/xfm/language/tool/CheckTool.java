package xfm.language.tool;

import java.util.List;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Renderer;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.XfmRecord;

/** {@code check(path)}: everything wrong with a file, as {@code {errors, json, text}}. */
final class CheckTool extends Builtin {
  CheckTool() {
    super(Signature.of("check", Parameter.required("path", Kind.TEXT)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    List<Diagnostic> found = context.check(context.files().path(arguments.text(0), null));
    String text = context.colour() ? Renderer.colour(found) : Renderer.plain(found);
    return XfmRecord.of(
        "errors",
        (long) found.size(),
        "json",
        Renderer.json(found),
        "text",
        found.isEmpty() ? "" : text);
  }
}
