package xfm.language.builtin;

import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.model.Nested;
import xfm.language.value.TensorValue;

/** {@code tensor([[1, 2], [3, 4]])}: nested lists of numbers, or of tensors, as one tensor. */
final class TensorBuiltin extends Builtin {
  TensorBuiltin() {
    super(Signature.of("tensor", Parameter.required("list", Kind.LIST)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    return TensorValue.of(Nested.tensor(arguments.get(0), "the list"));
  }
}
