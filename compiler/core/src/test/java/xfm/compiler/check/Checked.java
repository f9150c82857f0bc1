package xfm.compiler.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.compiler.ast.Item;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Renderer;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Interp;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Value;
import xfm.compiler.program.Program;
import xfm.compiler.source.Source;
import xfm.compiler.syntax.Parser;

/** A text that is checked, and if it holds a model, made and run by the plain interpreter. */
final class Checked {
  private final Program program;
  private final Map<String, Object> settings = new HashMap<>();
  private final Map<String, double[]> data = new HashMap<>();
  private final Map<String, Long> lengths = new HashMap<>();

  private Checked(String text) {
    Source source = new Source("test.xfm", text);
    this.program = Program.of(Parser.parse(source), Optional.empty());
  }

  /** A text that must be without errors. */
  static Checked ok(String text) {
    Checked checked = new Checked(text);
    assertEquals("", Renderer.plain(checked.program.check()));
    return checked;
  }

  static List<Diagnostic> problems(String text) {
    return new Checked(text).program.check();
  }

  /** The one error of a text. */
  static Diagnostic problem(String text) {
    List<Diagnostic> problems = problems(text);
    assertEquals(1, problems.size(), () -> Renderer.plain(problems));
    return problems.getFirst();
  }

  /** A text is refused with one error of this kind, at these words. */
  static Diagnostic refused(Code code, String at, String text) {
    Diagnostic problem = problem(text);
    assertEquals(code, problem.code(), () -> Renderer.plain(List.of(problem)));
    assertEquals(at, problem.labels().getFirst().span().text());
    return problem;
  }

  Checked set(String parameter, Object value) {
    settings.put(parameter, value);
    return this;
  }

  Checked length(String name, long value) {
    lengths.put(name, value);
    return this;
  }

  /** What an input or a weight holds. */
  Checked with(String name, double... values) {
    data.put(name, values);
    return this;
  }

  /** The graph of the one model. */
  Graph graph() {
    Item.Declaration model = program.declaration(program.models().getLast()).orElseThrow();
    return program.make(model, settings, model.name().span()).graph();
  }

  /** What stands under a path; weights and inputs that were not given hold 1, 2, 3 … / 8. */
  double[] see(String path) {
    Graph graph = graph();
    Map<Atom.Symbol, Long> sizes = new HashMap<>();
    graph.lengths().forEach(symbol -> sizes.put(symbol, lengths.getOrDefault(symbol.name(), 3L)));
    Map<Value, double[]> bound = new HashMap<>();
    List<Value> given = new ArrayList<>();
    graph.inputs().forEach(input -> given.add(input.value()));
    graph.weights().forEach(weight -> given.add(weight.value()));
    for (Value value : given) {
      long elements = 1;
      for (Poly size : value.shape()) {
        elements *= size.evaluate(atom -> sizes.get(atom));
      }
      double[] values = data.get(value.path());
      bound.put(value, values != null ? values : counting(Math.toIntExact(elements)));
      assertEquals(elements, bound.get(value).length, value.path());
    }
    return new Interp(graph).evaluate(bound, sizes).get(graph.seen().get(path));
  }

  static double[] counting(int elements) {
    double[] values = new double[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = (i + 1) / 8.0;
    }
    return values;
  }
}
