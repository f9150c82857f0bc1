package xfm.language.builtin;

import xfm.compiler.diag.Code;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.Sequence;
import xfm.language.value.XfmList;

/** {@code zip(a, b)}: a list of {@code [element of a, element of b]}; equally long lists. */
final class ZipBuiltin extends Builtin {
  ZipBuiltin() {
    super(
        Signature.of(
            "zip",
            Parameter.required("first", Kind.LIST),
            Parameter.required("second", Kind.LIST)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    Sequence first = arguments.list(0);
    Sequence second = arguments.list(1);
    if (first.size() != second.size()) {
      throw arguments
          .problem(
              Code.SHAPE,
              "`zip` needs equally long lists, and they have "
                  + first.size()
                  + " and "
                  + second.size()
                  + " elements")
          .raise();
    }
    Object[] pairs = new Object[Math.toIntExact(first.size())];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = new XfmList(first.get(i), second.get(i));
    }
    return new XfmList(pairs);
  }
}
