package xfm.compiler.plan;

import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Equation;

/** What the arithmetic of a step cannot do, said of its equation. */
final class Failures {
  private Failures() {}

  static void run(Ready step, Lane lane) {
    try {
      step.run(lane);
    } catch (ArithmeticException e) {
      throw of(step.equation(), e);
    }
  }

  static XfmException of(Equation equation, ArithmeticException e) {
    return Diagnostic.of(Code.NUMBER, "in " + equation.target() + ": " + e.getMessage())
        .at(equation.span())
        .raise();
  }
}
