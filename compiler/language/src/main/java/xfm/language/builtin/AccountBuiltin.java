package xfm.language.builtin;

import xfm.compiler.diag.Code;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.model.AccountValue;
import xfm.language.model.ModelDeclaration;
import xfm.language.model.ModelValue;
import xfm.language.value.Values;

/** {@code account(gpt2(d = 12288))}: counted from the graph, nothing is allocated. */
final class AccountBuiltin extends Builtin {
  AccountBuiltin() {
    super(Signature.of("account", Parameter.required("model", Kind.ANY)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    Object model = arguments.get(0);
    if (!(model instanceof ModelValue value)) {
      throw arguments
          .problem(0, Code.TYPE, "`account` is of a model, and this is " + Values.describe(model))
          .help(
              model instanceof ModelDeclaration declaration
                  ? "call it for its sizes: `" + declaration.signature().name() + "()`"
                  : "")
          .raise();
    }
    return AccountValue.of(value.model(), context);
  }
}
