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
            axis(arguments, 1, both),
            axis(arguments, 2, both),
            arguments.find(4).map(dots -> (boolean) dots).or(() -> both.map(_ -> true)),
            context.width(),
            context.colour());
    context.out().print(shown.text(arguments.get(0)));
    context.out().flush();
    return Nothing.VALUE;
  }

  /** Ints are the places to be shown, texts are labels for all. */
  private static Shown.Axis axis(Arguments arguments, int p, Optional<List<String>> both) {
    Optional<List<String>> labels = labels(arguments, p);
    boolean places =
        labels.isPresent()
            && !labels.get().isEmpty()
            && LongStream.range(0, labels.get().size())
                .allMatch(i -> arguments.list(p).get(i) instanceof Long);
    return places
        ? new Shown.Axis(both, labels.map(l -> l.stream().map(Long::valueOf).toList()))
        : new Shown.Axis(labels.or(() -> both), Optional.empty());
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
