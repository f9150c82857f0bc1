package xfm.language.tool;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.generate.Sampling;
import xfm.compiler.program.Model;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.model.Generation;
import xfm.language.model.ModelInputs;
import xfm.language.model.ModelValue;
import xfm.language.value.Values;
import xfm.language.value.XfmRecord;

/**
 * {@code generate(folder, {prompt, max, …}, callback)}: writes piece by piece into the callback;
 * gives {@code {tokens, seconds}}.
 */
final class GenerateTool extends Builtin {
  private static final Set<String> OPTIONS =
      Set.of(
          "prompt",
          "tokens",
          "max",
          "temperature",
          "topK",
          "topP",
          "seed",
          "greedy",
          "ids",
          "slide",
          "xfm");
  private static final long MAX = 100;

  GenerateTool() {
    super(
        Signature.of(
            "generate",
            Parameter.required("folder", Kind.TEXT),
            Parameter.required("options", Kind.ANY),
            Parameter.required("callback", Kind.FUNCTION)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    XfmRecord record =
        Values.record(arguments.get(1))
            .orElseThrow(() -> Diagnostic.of(Code.CALL, "the options are a record").raise());
    Options options = new Options(record.fields());
    try (Model model = Models.find(context, arguments.text(0), options.text("xfm").orElse(""))) {
      Sampling sampling =
          new Sampling(
              options.truth("greedy"),
              options.number("temperature").orElse(1.0),
              options.integer("topK").map(OptionalLong::of).orElse(OptionalLong.empty()),
              options.number("topP").orElse(1.0),
              options.integer("seed").orElse(0L));
      Generation generation =
          new Generation(
              new ModelValue(model),
              prompt(model, options),
              options.integer("max").orElse(MAX),
              sampling,
              options.truth("slide"),
              Generation.Ends.of(model));
      Generation.Written written =
          generation.run(
              context,
              Optional.of(arguments.get(2)),
              options.truth("ids") ? Generation.As.IDS : Generation.As.TEXT_OR_IDS,
              null);
      return XfmRecord.of("tokens", (long) written.tokens().length, "seconds", written.seconds());
    }
  }

  private static int[] prompt(Model model, Options options) {
    Optional<Object> tokens = Optional.ofNullable(options.given().get("tokens"));
    Optional<String> prompt = options.text("prompt");
    if (tokens.isPresent() == prompt.isPresent()) {
      throw Diagnostic.of(Code.CALL, "give the text as a prompt or as tokens, one of them").raise();
    }
    return ModelInputs.tokens(model, tokens.isPresent() ? tokens.get() : prompt.get());
  }

  /** Options of the command line, each of the kind that it must be. */
  private record Options(SequencedMap<String, Object> given) {
    Options {
      for (String name : given.keySet()) {
        if (!OPTIONS.contains(name)) {
          throw Diagnostic.of(Code.CALL, "`generate` has no option `" + name + "`").raise();
        }
      }
    }

    Optional<String> text(String name) {
      return find(name, Kind.TEXT).map(String.class::cast);
    }

    Optional<Long> integer(String name) {
      return find(name, Kind.INT).map(Long.class::cast);
    }

    Optional<Double> number(String name) {
      return find(name, Kind.FLOAT).map(Double.class::cast);
    }

    boolean truth(String name) {
      return find(name, Kind.BOOL).map(Boolean.class::cast).orElse(false);
    }

    private Optional<Object> find(String name, Kind kind) {
      Object value = given.get(name);
      return value == null
          ? Optional.empty()
          : Optional.of(kind.accept(value).orElseThrow(() -> wrong(name, kind, value)));
    }

    private static XfmException wrong(String name, Kind kind, Object value) {
      return Diagnostic.of(
              Code.TYPE,
              "`" + name + "` must be " + kind.words() + ", and is " + Values.describe(value))
          .raise();
    }
  }
}
