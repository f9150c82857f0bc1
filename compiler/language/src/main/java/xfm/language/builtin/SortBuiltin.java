package xfm.language.builtin;

import com.oracle.truffle.api.interop.ArityException;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.interop.UnsupportedMessageException;
import com.oracle.truffle.api.interop.UnsupportedTypeException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import xfm.compiler.diag.Code;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.Sequence;
import xfm.language.value.Values;
import xfm.language.value.XfmList;

/**
 * {@code sort(list, by = (x) -> …, descending = true)}: the least first, by what {@code by} gives
 * of each; equals stay in their order. Numbers and texts have an order.
 */
final class SortBuiltin extends Builtin {
  SortBuiltin() {
    super(
        Signature.of(
            "sort",
            Parameter.required("list", Kind.LIST),
            Parameter.optional("by", Kind.FUNCTION),
            Parameter.optional("descending", Kind.BOOL)));
  }

  /** An element and what it is sorted by. */
  private record Keyed(Object key, Object element) {}

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    Sequence list = arguments.list(0);
    List<Keyed> all = new ArrayList<>();
    for (long i = 0; i < list.size(); i++) {
      Object element = list.get(i);
      all.add(new Keyed(key(element, arguments), element));
    }
    Comparator<Keyed> order = (a, b) -> compare(a.key(), b.key(), arguments);
    all.sort(arguments.truth(2, false) ? order.reversed() : order);
    return XfmList.of(all.stream().map(Keyed::element).toList());
  }

  private static Object key(Object element, Arguments arguments) {
    if (arguments.find(1).isEmpty()) {
      return element;
    }
    try {
      return Values.fromHost(InteropLibrary.getUncached().execute(arguments.get(1), element));
    } catch (ArityException | UnsupportedTypeException | UnsupportedMessageException e) {
      throw arguments.problem(1, Code.CALL, "`by` takes one argument, an element").raise();
    }
  }

  private static int compare(Object a, Object b, Arguments arguments) {
    if (a instanceof Number && b instanceof Number) {
      return ExtremeBuiltin.compare(a, b);
    }
    if (a instanceof String left && b instanceof String right) {
      return left.compareTo(right);
    }
    throw arguments
        .problem(
            0,
            Code.TYPE,
            "`sort` puts numbers or texts in order, and here are "
                + Values.describe(a)
                + " and "
                + Values.describe(b))
        .help("say by what: `sort(list, by = (x) -> x[1])`")
        .raise();
  }
}
