package xfm.language.builtin;

import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.model.Nested;
import xfm.language.value.Nothing;
import xfm.language.value.TensorValue;
import xfm.runtime.io.Npy;
import xfm.runtime.tensor.Tensor;

/** {@code save(pattern, "pattern.npy")}: a tensor, or nested lists of numbers, as a NumPy file. */
final class SaveBuiltin extends Builtin {
  SaveBuiltin() {
    super(
        Signature.of(
            "save", Parameter.required("value", Kind.ANY), Parameter.required("file", Kind.TEXT)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    Tensor tensor =
        arguments.get(0) instanceof TensorValue value
            ? value.tensor()
            : Nested.floats(arguments.get(0), "what is saved");
    Npy.write(
        context.files().writable(arguments.text(1), ".npy", arguments.site().location()), tensor);
    return Nothing.VALUE;
  }
}
