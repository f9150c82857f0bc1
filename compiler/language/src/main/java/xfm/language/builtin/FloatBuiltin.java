package xfm.language.builtin;

import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;

/** {@code float(n)}: the int as a float. */
final class FloatBuiltin extends Builtin {
  FloatBuiltin() {
    super(Signature.of("float", Parameter.required("number", Kind.FLOAT)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    return arguments.get(0);
  }
}
