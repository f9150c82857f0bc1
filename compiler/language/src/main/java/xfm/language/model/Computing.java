package xfm.language.model;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.nodes.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.program.Computation;
import xfm.compiler.program.Model;
import xfm.compiler.program.Program;
import xfm.language.XfmContext;
import xfm.language.value.Values;
import xfm.runtime.tensor.Tensor;

/** An equation of a script, computed where it stands from what its names are then. */
public final class Computing {
  private final Computation computation;
  private final Program program;
  private final List<String> names;
  private final Functions functions = new Functions();

  /**
   * @param names those that the equation reads and that are variables of the script
   */
  public Computing(Computation computation, Program program, List<String> names) {
    this.computation = computation;
    this.program = program;
    this.names = List.copyOf(names);
  }

  /**
   * What it defines.
   *
   * @param values of the names, in their order
   * @throws xfm.compiler.diag.XfmException if a value is no number or tensor, or the equation is
   *     wrong for their shapes
   */
  @TruffleBoundary
  public Object run(Object[] values, XfmContext context, Node location) {
    Map<String, Object> given = new LinkedHashMap<>();
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      String name = names.get(i);
      Object value = values[i];
      Object operand =
          Functions.operand(value, name)
              .orElseThrow(() ->
                  Diagnostic.of(Code.TYPE, "an equation reads numbers and tensors")
                      .at(
                          computation.reads().get(name).span(),
                          "`" + name + "` is " + Values.describe(value))
                      .help(help(value))
                      .raise());
      given.put(name, operand);
      if (operand instanceof Tensor tensor) {
        inputs.put(name, tensor);
      }
    }
    Model model =
        functions.get(Computation.key(given), context, () -> computation.make(program, given));
    return Functions.run(model, inputs, location);
  }

  private static String help(Object value) {
    return switch (Values.kind(value)) {
      case "model" -> "give a name to what you need of it: `let w = m.weight(…)`";
      case "function" -> "declare it: `fn f(x) = …`";
      case "record" -> "give a name to the field that you need";
      default -> "";
    };
  }
}
