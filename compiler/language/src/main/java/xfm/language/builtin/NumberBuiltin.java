package xfm.language.builtin;

import xfm.compiler.diag.Code;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;

/** {@code number("12")}: the int or float that a text spells, spaces around it left out. */
final class NumberBuiltin extends Builtin {
  NumberBuiltin() {
    super(Signature.of("number", Parameter.required("text", Kind.TEXT)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    String text = arguments.text(0).strip();
    try {
      if (text.matches("[+-]?[0-9]+")) {
        return Long.parseLong(text);
      }
      if (text.matches("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?")) {
        return Double.parseDouble(text);
      }
    } catch (NumberFormatException _) {
      throw arguments.problem(0, Code.NUMBER, "this int does not fit 64 bits").raise();
    }
    throw arguments.problem(0, Code.INPUT, "`" + text + "` is not a number").raise();
  }
}
