package xfm.language.model;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.Set;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.TensorValue;
import xfm.language.value.XfmRecord;

/** {@code m.run({tokens: [1, 2]})}: all results by name. */
final class RunMethod extends Builtin {
  RunMethod() {
    super(Signature.of("run", Parameter.required("inputs", Kind.ANY)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    ModelValue model = (ModelValue) arguments.receiver();
    SequencedMap<String, Object> results = new LinkedHashMap<>();
    arguments
        .at(
            0,
            () ->
                model.run(
                    context,
                    ModelInputs.of(model.model(), arguments.get(0)),
                    Set.of(),
                    Runs.cancellation(arguments.site().location())))
        .forEach((name, tensor) -> results.put(name, TensorValue.of(tensor)));
    return new XfmRecord(results);
  }
}
