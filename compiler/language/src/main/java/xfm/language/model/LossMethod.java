package xfm.language.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import xfm.compiler.diag.Code;
import xfm.compiler.generate.PairLoss;
import xfm.compiler.generate.TokenModel;
import xfm.compiler.generate.WindowLoss;
import xfm.compiler.program.Model;
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
 * {@code m.loss(text, window = 128)}: see {@link WindowLoss}; of a model with an encoder {@code
 * m.loss({source: "…", target: "…"})}: see {@link PairLoss}. Progress goes to a terminal.
 */
final class LossMethod extends Builtin {
  private static final long WINDOW = 128;

  LossMethod() {
    super(
        Signature.of(
            "loss", Parameter.required("text", Kind.ANY), Parameter.optional("window", Kind.INT)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    ModelValue model = (ModelValue) arguments.receiver();
    TokenModel reader = TokenModel.of(model.model());
    model.sayInitial(context);
    if (reader.hasEncoder()) {
      return pairs(context, model.model(), reader, arguments);
    }
    int[] tokens = ModelInputs.tokens(model.model(), arguments.get(0));
    try (Progress progress = new Progress(context, "loss")) {
      return WindowLoss.measure(
              reader,
              tokens,
              arguments.integer(1, WINDOW),
              progress::at,
              Runs.cancellation(arguments.site().location()))
          .loss();
    }
  }

  /** Of one record {@code {source: …, target: …}} with the names of the inputs, or of a list. */
  private static double pairs(
      XfmContext context, Model model, TokenModel reader, Arguments arguments) {
    Object given = arguments.get(0);
    List<Object> records = new ArrayList<>();
    Optional<Sequence> list = Values.sequence(given);
    if (list.isPresent()) {
      records.addAll(List.of(XfmList.copy(list.get())));
    } else {
      records.add(given);
    }
    String read = reader.encoded().orElseThrow();
    String written = reader.grown();
    List<PairLoss.Pair> pairs = new ArrayList<>();
    for (Object each : records) {
      Map<String, Object> fields =
          Values.record(each).map(r -> (Map<String, Object>) r.fields()).orElse(Map.of());
      if (!fields.keySet().equals(Set.of(read, written))) {
        throw arguments
            .problem(
                0,
                Code.TYPE,
                "the loss of `"
                    + model.name()
                    + "` is of pairs: what its encoder reads, and what is to be written")
            .help("give records, one or a list: `{" + read + ": …, " + written + ": …}`")
            .raise();
      }
      pairs.add(
          new PairLoss.Pair(
              ModelInputs.tokens(model, fields.get(read)),
              ModelInputs.written(model, fields.get(written))));
    }
    try (Progress progress = new Progress(context, "loss")) {
      return PairLoss.measure(
          reader,
          pairs,
          reader.start(),
          progress::at,
          Runs.cancellation(arguments.site().location()));
    }
  }
}
