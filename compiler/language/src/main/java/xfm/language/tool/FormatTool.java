package xfm.language.tool;

import xfm.compiler.source.Source;
import xfm.compiler.syntax.Formatter;
import xfm.compiler.syntax.Parser;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.XfmRecord;

/** {@code format(path)}: the file in the one style, as {@code {text, changed}}. */
final class FormatTool extends Builtin {
  FormatTool() {
    super(Signature.of("format", Parameter.required("path", Kind.TEXT)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    Source source = Parser.read(context.files().path(arguments.text(0), null));
    String text = Formatter.format(source);
    return XfmRecord.of("text", text, "changed", !text.equals(source.text()));
  }
}
