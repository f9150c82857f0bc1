package xfm.language.builtin;

import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.show.Shown;
import xfm.language.value.Display;
import xfm.language.value.Nothing;
import xfm.language.value.Sequence;

/** {@code show(x)}: see {@link xfm.language.show.Shown}. */
final class ShowBuiltin extends Builtin {
  ShowBuiltin() {
    super(
        Signature.of(
            "show",
            Parameter.required("value", Kind.ANY),
            Parameter.optional("rows", Kind.LIST),
            Parameter.optional("columns", Kind.LIST),
            Parameter.optional("labels", Kind.LIST),
            Parameter.optional("dots", Kind.BOOL)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    Optional<List<String>> both = labels(arguments, 3);
    Shown shown =
        new Shown(
            labels(arguments, 1).or(() -> both),
            labels(arguments, 2).or(() -> both),
            arguments.find(4).map(dots -> (boolean) dots).or(() -> both.map(_ -> true)),
            context.width(),
            context.colour());
    context.out().print(shown.text(arguments.get(0)));
    context.out().flush();
    return Nothing.VALUE;
  }

  private static Optional<List<String>> labels(Arguments arguments, int p) {
    if (arguments.find(p).isEmpty()) {
      return Optional.empty();
    }
    Sequence list = arguments.list(p);
    return Optional.of(
        LongStream.range(0, list.size()).mapToObj(i -> Display.whole(list.get(i))).toList());
  }
}
