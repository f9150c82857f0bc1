package xfm.language.builtin;

import java.util.ArrayList;
import java.util.List;
import xfm.compiler.diag.Code;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.XfmList;

/**
 * {@code split(text, by = "\n")}: the parts between; without {@code by}, the words between spaces
 * and line ends. A part after the last line end is left out where it is empty.
 */
final class SplitBuiltin extends Builtin {
  SplitBuiltin() {
    super(
        Signature.of(
            "split", Parameter.required("text", Kind.TEXT), Parameter.optional("by", Kind.TEXT)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    String text = arguments.text(0);
    if (arguments.find(1).isEmpty()) {
      String words = text.strip();
      return words.isEmpty() ? new XfmList() : new XfmList((Object[]) words.split("\\s+"));
    }
    String by = arguments.text(1);
    if (by.isEmpty()) {
      throw arguments.problem(1, Code.INPUT, "a text cannot be split at nothing").raise();
    }
    List<Object> parts = new ArrayList<>();
    int from = 0;
    for (int at = text.indexOf(by); at >= 0; at = text.indexOf(by, from)) {
      parts.add(text.substring(from, at));
      from = at + by.length();
    }
    if (!(by.equals("\n") && from == text.length() && from > 0)) {
      parts.add(text.substring(from));
    }
    return XfmList.of(parts);
  }
}
