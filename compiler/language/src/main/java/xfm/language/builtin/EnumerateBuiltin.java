package xfm.language.builtin;

import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.Sequence;
import xfm.language.value.XfmList;

/** {@code enumerate(list)}: a list of {@code [position, element]}. */
final class EnumerateBuiltin extends Builtin {
  EnumerateBuiltin() {
    super(Signature.of("enumerate", Parameter.required("list", Kind.LIST)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    Sequence list = arguments.list(0);
    Object[] pairs = new Object[Math.toIntExact(list.size())];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = new XfmList((long) i, list.get(i));
    }
    return new XfmList(pairs);
  }
}
