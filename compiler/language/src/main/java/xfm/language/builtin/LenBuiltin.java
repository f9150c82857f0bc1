package xfm.language.builtin;

import java.util.Optional;
import xfm.compiler.diag.Code;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.Sequence;
import xfm.language.value.Values;
import xfm.language.value.XfmRecord;

/** {@code len(x)}: the elements of a list, the rows of a tensor, the characters of a text. */
final class LenBuiltin extends Builtin {
  LenBuiltin() {
    super(Signature.of("len", Parameter.required("value", Kind.ANY)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    Object value = arguments.get(0);
    if (value instanceof String text) {
      return (long) text.codePointCount(0, text.length());
    }
    if (value instanceof XfmRecord record) {
      return (long) record.fields().size();
    }
    Optional<Sequence> list = Values.sequence(value);
    return list.map(Sequence::size)
        .orElseThrow(() ->
            arguments.problem(0, Code.TYPE, Values.describe(value) + " has no length").raise());
  }
}
