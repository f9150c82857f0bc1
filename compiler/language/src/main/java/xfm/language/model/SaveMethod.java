package xfm.language.model;

import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.Nothing;

/** {@code m.save("mine.safetensors")}: its weights, which {@code load} of its model reads back. */
final class SaveMethod extends Builtin {
  SaveMethod() {
    super(Signature.of("save", Parameter.required("file", Kind.TEXT)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    ((ModelValue) arguments.receiver())
        .model()
        .save(
            context
                .files()
                .writable(arguments.text(0), ".safetensors", arguments.site().location()));
    return Nothing.VALUE;
  }
}
