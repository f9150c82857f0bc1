package xfm.language.builtin;

import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.Display;

/** {@code text(x)}: any value as {@code print} writes it. */
final class TextBuiltin extends Builtin {
  TextBuiltin() {
    super(Signature.of("text", Parameter.required("value", Kind.ANY)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    return Display.whole(arguments.get(0));
  }
}
