package xfm.language.model;

import xfm.compiler.diag.Code;
import xfm.compiler.generate.TokenModel;
import xfm.compiler.generate.WindowLoss;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;

/** {@code m.loss(text, window = 128)}: see {@link WindowLoss}. Progress goes to a terminal. */
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
    if (reader.hasEncoder()) {
      throw arguments
          .problem(Code.UNSUPPORTED, "not supported yet: the loss of a model with an encoder")
          .raise();
    }
    model.sayInitial(context);
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
}
