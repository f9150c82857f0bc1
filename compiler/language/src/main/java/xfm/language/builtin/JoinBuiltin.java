package xfm.language.builtin;

import java.util.stream.Collectors;
import java.util.stream.LongStream;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.Display;
import xfm.language.value.Sequence;

/** {@code join(list, with = ", ")}: its elements as {@code print} writes them, in one text. */
final class JoinBuiltin extends Builtin {
  JoinBuiltin() {
    super(
        Signature.of(
            "join", Parameter.required("list", Kind.LIST), Parameter.optional("with", Kind.TEXT)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    Sequence list = arguments.list(0);
    return LongStream.range(0, list.size())
        .mapToObj(i -> Display.whole(list.get(i)))
        .collect(Collectors.joining(arguments.find(1).isPresent() ? arguments.text(1) : ""));
  }
}
