package xfm.compiler.plan;

import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.ir.Equation;

/** What the arithmetic of a step cannot do, said of its equation. */
final class Failures {
  private Failures() {}

  static void run(Ready step, Lane lane) {
    try {
      step.run(lane);
    } catch (ArithmeticException e) {
      Equation equation = step.equation();
      throw Diagnostic.of(Code.NUMBER, "in " + equation.target() + ": " + e.getMessage())
          .at(equation.span())
          .raise();
    }
  }
}
