package xfm.language.model;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import xfm.compiler.ast.Item;
import xfm.compiler.ast.Type;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.program.Model;
import xfm.compiler.program.Program;
import xfm.compiler.source.Span;
import xfm.language.XfmContext;
import xfm.language.call.CallSite;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.call.XfmCallable;
import xfm.language.value.XfmRecord;

/**
 * A declared {@code fn} whose header has tensors, called from a script: what runs is what runs in a
 * model that calls it.
 */
public final class TensorFunction extends XfmCallable {
  private final Item.Declaration declaration;
  private final Program program;
  private final Signature signature;
  private final Functions functions = new Functions();

  /** The function as it is seen from {@code program}. */
  public TensorFunction(Item.Declaration declaration, Program program, Signature signature) {
    this.declaration = declaration;
    this.program = program;
    this.signature = signature;
  }

  /** Whether a function is one of tensors; without any in its header it is the script's own. */
  public static boolean is(Item.Declaration fn) {
    return !fn.isScript()
        && (fn.parameters().stream().anyMatch(p -> tensor(p.type().orElse(null)))
            || tensor(fn.result().orElse(null)));
  }

  private static boolean tensor(Type type) {
    return type instanceof Type.Tensor || type instanceof Type.Record;
  }

  @Override
  public Signature signature() {
    return signature;
  }

  @Override
  public Object own() {
    return this;
  }

  @Override
  @TruffleBoundary
  public Object call(Object[] slots, CallSite site) {
    XfmContext context = XfmContext.get(site.location());
    Map<String, Object> settings = new LinkedHashMap<>();
    SequencedMap<String, Object> inputs = new LinkedHashMap<>();
    List<Parameter> parameters = signature.parameters();
    for (int p = 0; p < parameters.size(); p++) {
      String name = parameters.get(p).name();
      if (slots[p + 1] == null) {
        continue;
      }
      if (declaration.parameters().get(p).type().orElse(null) instanceof Type.Tensor) {
        inputs.put(name, slots[p + 1]);
      } else if (parameters.get(p).kind() == Kind.FUNCTION) {
        throw Diagnostic.of(
                Code.UNSUPPORTED,
                "not supported yet: a script that hands a function to `" + signature.name() + "`")
            .at(site.argument(p).orElse(declaration.name().span()))
            .help("call it in a `fn` or a `model`, and that from here")
            .raise();
      } else {
        settings.put(name, setting(slots[p + 1], name, p, site));
      }
    }
    List<Object> key = new ArrayList<>();
    settings.forEach((name, value) -> key.add(List.of(name, value)));
    Span place = site.span().orElse(declaration.name().span());
    Model model = functions.get(key, context, () -> program.function(declaration, settings, place));
    return Functions.run(model, ModelInputs.of(model, new XfmRecord(inputs)), site.location());
  }

  /** A number without a type in the header is a float. */
  private Object setting(Object value, String name, int p, CallSite site) {
    if (!(value instanceof Long || value instanceof Double || value instanceof Boolean)) {
      throw Diagnostic.of(
              Code.TYPE,
              "`"
                  + name
                  + "` of `"
                  + signature.name()
                  + "` must be a number, and is "
                  + xfm.language.value.Values.describe(value))
          .at(site.argument(p).orElse(declaration.name().span()))
          .raise();
    }
    return value instanceof Long n && declaration.parameters().get(p).type().isEmpty()
        ? (Object) (double) n
        : value;
  }
}
