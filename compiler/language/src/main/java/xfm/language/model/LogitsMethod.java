package xfm.language.model;

import java.util.Map;
import java.util.Set;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.TensorValue;
import xfm.runtime.tensor.Tensor;

/** {@code m.logits("text")}, {@code m.logits([1, 2, 3])}: the model's first result. */
final class LogitsMethod extends Builtin {
  LogitsMethod() {
    super(Signature.of("logits", Parameter.required("input", Kind.ANY)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    ModelValue model = (ModelValue) arguments.receiver();
    String result = model.model().graph().results().firstEntry().getKey();
    Map<String, Tensor> results =
        arguments.at(
            0,
            () ->
                model.run(
                    context,
                    ModelInputs.of(model.model(), arguments.get(0)),
                    Set.of(),
                    Runs.cancellation(arguments.site().location())));
    return TensorValue.of(results.get(result));
  }
}
