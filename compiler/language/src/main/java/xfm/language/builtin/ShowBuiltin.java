package xfm.language.builtin;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import xfm.compiler.diag.Code;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.show.Drawing;
import xfm.language.show.Shown;
import xfm.language.value.Display;
import xfm.language.value.Nothing;
import xfm.language.value.Sequence;

/** {@code show(x)}: see {@link xfm.language.show.Shown}. */
final class ShowBuiltin extends Builtin {
  private static final int DOTS = 4;
  private static final int HEAT = 5;
  private static final int BARS = 6;

  ShowBuiltin() {
    super(
        Signature.of(
            "show",
            Parameter.required("value", Kind.ANY),
            Parameter.optional("rows", Kind.LIST),
            Parameter.optional("columns", Kind.LIST),
            Parameter.optional("labels", Kind.LIST),
            Parameter.optional("dots", Kind.BOOL),
            Parameter.optional("heat", Kind.BOOL),
            Parameter.optional("bars", Kind.BOOL)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    Optional<List<String>> both = labels(arguments, 3);
    Shown shown =
        new Shown(
            axis(arguments, 1, both),
            axis(arguments, 2, both),
            asked(arguments),
            context.width(),
            context.colour());
    context.out().print(shown.text(arguments.get(0)));
    context.out().flush();
    return Nothing.VALUE;
  }

  private static Optional<Drawing> asked(Arguments arguments) {
    List<Integer> wanted =
        IntStream.of(DOTS, HEAT, BARS).filter(p -> arguments.truth(p, false)).boxed().toList();
    if (wanted.size() > 1) {
      throw arguments
          .problem(wanted.get(1), Code.CALL, "a value is drawn in one way, and these are two")
          .help("leave out one or the other")
          .raise();
    }
    if (wanted.isEmpty()) {
      return arguments.find(DOTS).map(_ -> Drawing.TABLE);
    }
    return Optional.of(
        switch (wanted.getFirst()) {
          case HEAT -> Drawing.HEAT;
          case BARS -> Drawing.BARS;
          default -> Drawing.DOTS;
        });
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
