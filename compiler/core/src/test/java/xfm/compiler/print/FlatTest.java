package xfm.compiler.print;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import xfm.compiler.ast.Item;
import xfm.compiler.ir.Graph;
import xfm.compiler.program.Program;
import xfm.compiler.source.Source;
import xfm.compiler.syntax.Parser;

/** The flat form of a graph is a program, and reading it gives the graph back. */
class FlatTest {
  private static Program program(String text) {
    return Program.of(Parser.parse(new Source("test.xfm", text)), Optional.empty());
  }

  private static Graph make(Program program, String model, Map<String, Object> settings) {
    Item.Declaration declaration = program.declaration(model).orElseThrow();
    return program.make(declaration, settings, declaration.span()).graph();
  }

  private static Graph make(String model) {
    Program program = program(model);
    return make(program, program.models().getFirst(), Map.of());
  }

  /** Twice through the front end without a change. */
  private static String stable(Graph graph) {
    String flat = Print.flat(graph);
    Program again = program(flat);
    assertEquals(List.of(), again.check(), flat);
    assertEquals(flat, Print.flat(make(again, "m", Map.of())));
    return flat;
  }

  private static String line(String flat, String start) {
    return flat.lines()
        .map(String::strip)
        .filter(l -> l.startsWith(start))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aPublishedModelComesBackTheSame() {
    Graph graph =
        make(
            program(""),
            "gpt2",
            Map.of("vocab", 96L, "context", 64L, "d", 48L, "layers", 3L, "heads", 4L));
    String flat = stable(graph);
    Graph again = make(program(flat), "m", Map.of());
    assertEquals(graph.equations().size(), again.equations().size());
    assertEquals(graph.weights().size(), again.weights().size());
    assertEquals(List.of("logits"), List.copyOf(again.results().keySet()));
    assertFalse(flat.contains("attention"), flat);
    assertEquals("model m(a0: [n0 <= 64] token(96)) -> {logits: [n0, 96]} {", line(flat, "model"));
    assertEquals("v0[i0: n0, i1: 48] = w0[a0[i0], i1] + w1[i0, i1]", line(flat, "v0"));
    assertTrue(flat.contains("softmax[i2: n0](v11[i0, i1, i2] where i2 <= i1)"), flat);
    assertTrue(flat.contains("sum[i3: 48](v3[i1, i3] * w4[i3, i0, i2]) + w8[i0, i2]"), flat);
  }

  @Test
  void recurrencesComeBackTheSame() {
    String flat =
        stable(
            make(
                """
                model m(x: [n, 4]) -> [n, 4] {
                  weight w, r: [4, 4]
                  h[t, u] = tanh(c[t, u])
                  y[t, u] = x[t, u] * (y[t + 2, u] else 0.5)
                  f[t, u] = 1 / (1 + exp(-x[t, a] * w[a, u] - (h[t - 1, v] else 0) * r[v, u]))
                  c[t, u] = f[t, u] * (c[t - 1, u] else 0) + y[t, u]
                  return h
                }
                """));
    assertTrue(line(flat, "v1").contains("v3[i0 - 1, i3]"), flat);
  }

  @Test
  void everyKindOfTermComesBackTheSame() {
    String flat =
        stable(
            make(
                """
                model all(
                  tokens: [n <= 32] int < 10, x: [n, 8], seen: [n] bool, far: [m]
                ) {
                  weight table: [10, 8] = zeros
                  weight gain: [8] = ones
                  weight start: [8] = 0.5
                  weight wide: [8, 4] = uniform(-0.1, 0.1)
                  weight even: [8, 4] = xavier
                  const mix[t: 4, k: 4] = if t == k then 1 else if k < t then 1 / float(t + 1) else -inf
                  e[i, a] = table[tokens[i], a] ** 2 - -gain[a] / (start[a] + 1e-5)
                  back[i: n, a] = (x[i - 1, a] else 0) + (x[i + 2, a] else -1.5)
                  part[i, u: 16] = x[i, u // 2] + x[i, 4 + u % 4] * (if seen[i] and not (i == 3) then 2 else 0)
                  f[i, k] = x[i, a] * wide[a, k] * even[a, k] - (x[i, a] * wide[a, k] - 2) * mix[k, k]
                  top[i] = argmax[a](x[i, a])
                  g[i] = x[i, argmax[b](x[i, b])] + max[a](x[i, a] where a < i or seen[i] else 0) ** 3
                  place[i: n] = min(i + 3, max(n - i, 2)) * (i + 1) ** 2 - 3 * n
                  h[i] = float(place[i]) + x[i, clamp(floor(g[i]), 0, 7)] + abs(g[i])
                  w[i: n] = any[j](seen[j] and j <= i) == all[j](seen[j] or 1 < j)
                  z[j] = exp(-far[j]) / sqrt(2.0 ** far[j]) * (erf(far[j]) - (sin(far[j]) - tanh(far[j])))
                  s[i] = logsumexp[j](z[j]) + mean[j](far[j]) + cumsum[i](g[i] where w[i])
                  return {first: f, second: s, third: top, e: e, back: back, part: part, h: h, w: w}
                }
                """));
    assertTrue(flat.contains("weight w0: [10, 8] = zeros"), flat);
    assertTrue(flat.contains("weight w3: [8, 4] = uniform(-0.1, 0.1)"), flat);
    assertTrue(flat.contains("const w5[i0: 4, i1: 4] = "), flat);
    assertTrue(flat.contains("1e-5"), flat);
    assertTrue(flat.contains("-inf"), flat);
    assertTrue(
        flat.contains("a2: [n0] bool, a3: [n1]) -> {first: [n0, 4], second: [n0], third: [n0] int"),
        flat);
  }
}
