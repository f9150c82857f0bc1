package xfm.compiler.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import xfm.compiler.ast.Item;
import xfm.compiler.diag.XfmException;
import xfm.compiler.source.Source;
import xfm.compiler.syntax.Parser;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.tensor.Tensor;

/** Expressions as deep as may be, made so by functions in functions, used from a small stack. */
class DepthTest {
  /** {@code levels} sines in each other, sixty in each function. */
  private static Model model(int levels) {
    StringBuilder text = new StringBuilder("fn f0(x: float) = x\n");
    for (int k = 0; k < levels / 60; k++) {
      text.append("fn f%d(x: float) = ".formatted(k + 1))
          .append("sin(".repeat(60))
          .append("f%d(x)".formatted(k))
          .append(")".repeat(60))
          .append("\n");
    }
    text.append("model deep(x: [n]) -> [n] { return y[i] = f%d(x[i]) }".formatted(levels / 60));
    Source source = new Source("deep.xfm", text.toString());
    Program program = Program.of(Parser.parse(source), Optional.empty());
    Item.Declaration deep = program.declaration("deep").orElseThrow();
    return program.make(deep, Map.of(), deep.span());
  }

  @Test
  void isReadPlannedAndRunOnALittleStack() throws InterruptedException {
    double want = 1;
    for (int k = 0; k < 480; k++) {
      want = (float) Math.sin(want);
    }
    double expected = want;
    inLittleStack(() -> {
      try (Model model = model(480)) {
        Map<String, Tensor> inputs = Map.of("x", Tensor.ofFloats(new float[] {1}, 1));
        Tensor y = model.run(inputs, Set.of(), new Cancellation()).get("y");
        assertEquals(expected, y.getFloat(0), 1e-6);
        assertEquals(0, model.account().parameters());
        for (DumpKind kind : DumpKind.values()) {
          assertTrue(model.dump(kind).length() > 100, kind.name());
        }
      }
    });
  }

  @Test
  void moreIsRefused() throws InterruptedException {
    inLittleStack(() -> {
      XfmException e = Assertions.assertThrows(XfmException.class, () -> model(1_800));
      assertTrue(e.getMessage().contains("more than 500 operations in each other"));
    });
  }

  private static void inLittleStack(Executable work) throws InterruptedException {
    List<Throwable> thrown = new ArrayList<>();
    Thread small = new Thread(null, () -> Assertions.assertDoesNotThrow(work), "small", 200_000);
    small.setUncaughtExceptionHandler((_, e) -> thrown.add(e));
    small.start();
    small.join();
    assertEquals(List.of(), thrown);
  }
}
