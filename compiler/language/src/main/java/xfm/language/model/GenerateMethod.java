package xfm.language.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;
import xfm.compiler.diag.Code;
import xfm.compiler.generate.Beams;
import xfm.compiler.generate.Sampling;
import xfm.compiler.generate.TokenModel;
import xfm.compiler.program.Model;
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
 * unless given: the same call gives the same text. With {@code beams = 4} it is searched for: see
 * {@link Beams}.
 */
final class GenerateMethod extends Builtin {
  private static final long MAX = 100;
  private static final long MOST_BEAMS = 1_000;
  private static final int START = 9;
  private static final int STOP = 10;
  private static final int BEAMS = 11;

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
            Parameter.optional("on", Kind.FUNCTION),
            Parameter.optional("start", Kind.INT),
            Parameter.optional("stop", Kind.INT),
            Parameter.optional("beams", Kind.INT)));
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
    int[] prompt = ModelInputs.tokens(model.model(), arguments.get(0));
    Generation generation =
        new Generation(
            model,
            prompt,
            arguments.integer(1, room(model.model(), prompt.length, arguments)),
            sampling,
            arguments.truth(7, false),
            ends(model.model(), arguments));
    if (arguments.find(BEAMS).isPresent()) {
      return search(context, model.model(), generation, arguments);
    }
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

  /**
   * Where nothing is said, as many tokens as the context has room for, and at most {@link #MAX}.
   */
  private static long room(Model model, int prompt, Arguments arguments) {
    TokenModel reader = TokenModel.of(model);
    if (reader.context().isEmpty() || arguments.truth(7, false)) {
      return MAX;
    }
    long read = reader.hasEncoder() ? 1 : prompt;
    // The last token that is written is not read again.
    return Math.clamp(reader.context().getAsLong() - read + 1, 1, MAX);
  }

  private static Generation.Ends ends(Model model, Arguments arguments) {
    return new Generation.Ends(
        arguments.find(START).isPresent() ? OptionalInt.of(token(START, arguments)) : model.start(),
        arguments.find(STOP).isPresent() ? Set.of(token(STOP, arguments)) : model.stops());
  }

  private static int token(int p, Arguments arguments) {
    long token = arguments.integer(p, 0);
    if (token < 0 || token > Integer.MAX_VALUE) {
      throw arguments.problem(p, Code.INPUT, "no token has the number " + token).raise();
    }
    return (int) token;
  }

  /** The best of the texts that beams found, and all of them. */
  private static Object search(
      XfmContext context, Model model, Generation generation, Arguments arguments) {
    for (int p : new int[] {2, 3, 4, 5, 7, 8}) {
      if (arguments.find(p).isPresent()) {
        throw arguments
            .problem(
                p, Code.CALL, "a search with beams draws nothing, drops nothing and ends at once")
            .help("leave out one or the other")
            .raise();
      }
    }
    long beams = arguments.integer(BEAMS, 1);
    if (beams < 1 || beams > MOST_BEAMS) {
      throw arguments
          .problem(
              BEAMS, Code.INPUT, "a search has 1 to " + MOST_BEAMS + " beams, and not " + beams)
          .raise();
    }
    List<Object> all = new ArrayList<>();
    for (Beams.Found found : generation.search(context, (int) beams, arguments.site().location())) {
      all.add(
          XfmRecord.of(
              "text",
              text(model, found.tokens()),
              "tokens",
              XfmList.ofInts(found.tokens()),
              "score",
              found.score()));
    }
    SequencedMap<String, Object> best = new LinkedHashMap<>(((XfmRecord) all.getFirst()).fields());
    best.put("beams", XfmList.of(all));
    return new XfmRecord(best);
  }

  private static Object text(Model model, int[] tokens) {
    return model.tokenizer().isPresent() ? model.tokenizer().get().decode(tokens) : Nothing.VALUE;
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
