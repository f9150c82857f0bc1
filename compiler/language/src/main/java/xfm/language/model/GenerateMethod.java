package xfm.language.model;

import java.util.OptionalLong;
import xfm.compiler.diag.Code;
import xfm.compiler.generate.Sampling;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.Nothing;
import xfm.language.value.XfmList;
import xfm.language.value.XfmRecord;

/**
 * {@code m.generate("ROMEO:", max = 100, temperature = 0.8, on = (piece) -> print(piece, end =
 * ""))}: what follows, as a record of text, tokens, seconds and tokens_per_second. The seed is 0
 * unless given: the same call gives the same text.
 */
final class GenerateMethod extends Builtin {
  private static final long MAX = 100;

  GenerateMethod() {
    super(
        Signature.of(
            "generate",
            Parameter.required("prompt", Kind.ANY),
            Parameter.optional("max", Kind.INT),
            Parameter.optional("temperature", Kind.FLOAT),
            Parameter.optional("top_k", Kind.INT),
            Parameter.optional("top_p", Kind.FLOAT),
            Parameter.optional("seed", Kind.INT),
            Parameter.optional("greedy", Kind.BOOL),
            Parameter.optional("slide", Kind.BOOL),
            Parameter.optional("on", Kind.FUNCTION)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    ModelValue model = (ModelValue) arguments.receiver();
    drawsOrNot(arguments);
    Sampling sampling =
        new Sampling(
            arguments.truth(6, false),
            arguments.number(2, 1),
            arguments.find(3).isPresent()
                ? OptionalLong.of(arguments.integer(3, 0))
                : OptionalLong.empty(),
            arguments.number(4, 1),
            arguments.integer(5, 0));
    Generation generation =
        new Generation(
            model,
            ModelInputs.tokens(model.model(), arguments.get(0)),
            arguments.integer(1, MAX),
            sampling,
            arguments.truth(7, false));
    Generation.Written written =
        generation.run(
            context, arguments.find(8), Generation.As.TEXT_OR_TOKENS, arguments.site().location());
    return XfmRecord.of(
        "text",
        written.text().isPresent() ? written.text().get() : Nothing.VALUE,
        "tokens",
        XfmList.ofInts(written.tokens()),
        "seconds",
        written.seconds(),
        "tokens_per_second",
        written.tokens().length / Math.max(written.seconds(), 1e-9));
  }

  /** The likeliest token is not drawn, so nothing can be said about drawing. */
  private static void drawsOrNot(Arguments arguments) {
    if (arguments.truth(6, false)) {
      for (int p = 2; p <= 4; p++) {
        if (arguments.find(p).isPresent()) {
          throw arguments
              .problem(
                  p,
                  Code.CALL,
                  "`greedy = true` draws nothing: temperature, top_k and top_p"
                      + " have no meaning with it")
              .help("leave out one or the other")
              .raise();
        }
      }
    }
  }
}
