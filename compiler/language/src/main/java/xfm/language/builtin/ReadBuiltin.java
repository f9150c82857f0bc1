package xfm.language.builtin;

import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;

/** {@code read("notes.txt")}: the text in a UTF-8 file; see {@link xfm.language.Files}. */
final class ReadBuiltin extends Builtin {
  ReadBuiltin() {
    super(Signature.of("read", Parameter.required("path", Kind.TEXT)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    return context.files().text(arguments.text(0), arguments.site().location());
  }
}
