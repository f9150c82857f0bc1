package xfm.language.builtin;

import com.oracle.truffle.api.nodes.Node;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.FromJson;
import xfm.language.value.TensorValue;
import xfm.runtime.io.Json;
import xfm.runtime.io.Npy;

/**
 * {@code read("notes.txt")}: the text in a UTF-8 file, {@code read("x.npy")} the tensor in a NumPy
 * file, {@code read("x.json")} records, lists, numbers and texts; see {@link xfm.language.Files}.
 */
final class ReadBuiltin extends Builtin {
  ReadBuiltin() {
    super(Signature.of("read", Parameter.required("path", Kind.TEXT)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    String file = arguments.text(0);
    Node location = arguments.site().location();
    if (file.endsWith(".npy")) {
      return TensorValue.of(Npy.read(context.files().path(file, location)));
    }
    String text = context.files().text(file, location);
    return file.endsWith(".json")
        ? FromJson.value(Json.parse(context.files().path(file, location), text))
        : text;
  }
}
