package xfm.compiler.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Graph;

/** What a model declares about its inputs, and how its parameters are set. */
class ModelsTest {
  private static final String TINY =
      """
      model tiny(
        tokens: [n <= context] token(vocab),
        flags: [n] bool,
        kinds: [m] int < 3,
        vocab: int = 5,
        context: int = 2 * vocab,
        rate: float = 0.5
      ) -> [n] {
        weight w: [vocab]
        return y[i] = if flags[i] then w[tokens[i]] * rate else 0
      }
      """;

  @Test
  void inputsKeepTheirBounds() {
    Graph graph = Checked.ok(TINY).graph();
    Graph.Input tokens = graph.inputs().get(0);
    assertEquals("tokens", tokens.name());
    assertEquals("[n]", tokens.value().shape().toString());
    assertEquals("10", tokens.atMost().getFirst().orElseThrow().toString());
    assertEquals("5", tokens.below().orElseThrow().toString());
    assertEquals("3", graph.inputs().get(2).below().orElseThrow().toString());
    assertEquals("[n, m]", graph.lengths().toString());
  }

  @Test
  void settingsComeFirstAndDefaultsFollow() {
    Graph graph = Checked.ok(TINY).set("vocab", 7L).graph();
    assertEquals("[7]", graph.weights().getFirst().value().shape().toString());
    assertEquals("14", graph.inputs().getFirst().atMost().getFirst().orElseThrow().toString());
  }

  private static Diagnostic refused(String name, Object value) {
    XfmException e =
        assertThrows(XfmException.class, () -> Checked.ok(TINY).set(name, value).graph());
    return e.diagnostics().getFirst();
  }

  @Test
  void aSettingThatIsNoneIsRefused() {
    assertEquals("did you mean `vocab`?", refused("vocabb", 7L).help());
    assertEquals(Code.CALL, refused("tokens", 7L).code());
    assertEquals(Code.TYPE, refused("vocab", 1.5).code());
    assertEquals(Code.TYPE, refused("rate", "fast").code());
  }

  @Test
  void aParameterWithoutADefaultMustBeSet() {
    Checked checked =
        Checked.ok("model m(x: [n, d_model], d_model: int) -> [n, d_model] {\n  return x\n}\n");
    XfmException e = assertThrows(XfmException.class, checked::graph);
    assertEquals("the model `m` needs `d_model`", e.diagnostics().getFirst().message());
    assertEquals(
        "[n, 4]",
        checked.set("d_model", 4L).graph().inputs().getFirst().value().shape().toString());
  }

  @Test
  void parametersAreCalledDifferently() {
    Checked.refused(Code.NAME, "k", "fn f(z: float, k: int, k: int = 2) = z * k\n");
    Checked.refused(Code.NAME, "half", "fn half(z: float) = z / 2\nfn half(z: float) = 0.5 * z\n");
  }
}
