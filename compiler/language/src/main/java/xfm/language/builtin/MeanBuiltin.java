package xfm.language.builtin;

import xfm.compiler.diag.Code;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.Sequence;

/** {@code mean(list)}: the sum of its numbers over how many they are, a float. */
final class MeanBuiltin extends Builtin {
  MeanBuiltin() {
    super(Signature.of("mean", Parameter.required("list", Kind.LIST)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    Sequence list = arguments.numbers(0);
    if (list.size() == 0) {
      throw arguments.problem(0, Code.NUMBER, "`mean` of nothing has no value").raise();
    }
    return ((Number) SumBuiltin.of(list, arguments)).doubleValue() / list.size();
  }
}
