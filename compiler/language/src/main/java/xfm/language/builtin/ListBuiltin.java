package xfm.language.builtin;

import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.XfmList;

/**
 * {@code list(x)}: the rows of a tensor, or the elements of a range or a host's array, as a list.
 */
final class ListBuiltin extends Builtin {
  ListBuiltin() {
    super(Signature.of("list", Parameter.required("value", Kind.LIST)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    return new XfmList(XfmList.copy(arguments.list(0)));
  }
}
