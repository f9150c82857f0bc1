package xfm.language.builtin;

import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.Display;
import xfm.language.value.Nothing;
import xfm.language.value.Sequence;

/**
 * {@code print(a, b, end = "")}: the values as text, with {@code sep} between and {@code end}
 * after.
 */
final class PrintBuiltin extends Builtin {
  PrintBuiltin() {
    super(
        Signature.withRest(
            "print",
            Parameter.optional("value", Kind.ANY),
            Parameter.optional("end", Kind.TEXT),
            Parameter.optional("sep", Kind.TEXT)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    Sequence values = (Sequence) arguments.get(0);
    String separator = arguments.find(2).isPresent() ? arguments.text(2) : " ";
    StringBuilder line = new StringBuilder();
    for (long i = 0; i < values.size(); i++) {
      line.append(i == 0 ? "" : separator).append(Display.whole(values.get(i)));
    }
    context.out().print(line.append(arguments.find(1).isPresent() ? arguments.text(1) : "\n"));
    context.out().flush();
    return Nothing.VALUE;
  }
}
