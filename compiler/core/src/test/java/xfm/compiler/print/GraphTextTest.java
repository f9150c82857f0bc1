package xfm.compiler.print;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import xfm.compiler.ast.Item;
import xfm.compiler.program.Program;
import xfm.compiler.source.Source;
import xfm.compiler.syntax.Parser;

/** The listing shows every path, size and implicit sum. */
class GraphTextTest {
  @Test
  void aListingIsForReading() {
    String model =
        """
        block twice(x: [n, d]) -> [n, d] {
          weight w: [d, d] = ones
          h[i, a] = x[i, a] * w[a, b] * w[b, b]
          return y[i, b] = h[i, a] * w[a, b]
        }
        model net(tokens: [n <= 9] token(5), x: [n, 4]) {
          const bend[t: 4] = float(t) / 3
          repeat 2 as layer[l] { x += twice(x) }
          return out[i, a] = x[i, a] * bend[a] * float(tokens[i])
        }
        """;
    Program program = Program.of(Parser.parse(new Source("net.xfm", model)), Optional.empty());
    Item.Declaration net = program.declaration("net").orElseThrow();
    assertEquals(
        """
        graph net
        inputs
          tokens: [n <= 9] int < 5
          x: [n, 4]
        weights
          bend: [4] = [t: 4] float(t) / 3.0, const
          layer[0].twice.w: [d 4, d 4] = ones
          layer[1].twice.w: [d 4, d 4] = ones
        equations
          layer[0].twice.h[i: n, a: 4] = sum[b: 4](x[i, a] * layer[0].twice.w[a, b] * layer[0].twice.w[b, b])
          layer[0].twice.y[i: n, b: 4] = sum[a: 4](layer[0].twice.h[i, a] * layer[0].twice.w[a, b])
          layer[0].x[_0: n, _1: 4] = x[_0, _1] + layer[0].twice.y[_0, _1]
          layer[1].twice.h[i: n, a: 4] = sum[b: 4](layer[0].x[i, a] * layer[1].twice.w[a, b] * layer[1].twice.w[b, b])
          layer[1].twice.y[i: n, b: 4] = sum[a: 4](layer[1].twice.h[i, a] * layer[1].twice.w[a, b])
          layer[1].x[_0: n, _1: 4] = layer[0].x[_0, _1] + layer[1].twice.y[_0, _1]
          out[i: n, a: 4] = layer[1].x[i, a] * bend[a] * float(tokens[i])
        results
          out: [n, 4] = out
        """,
        Print.graph(program.make(net, Map.of(), net.span()).graph()));
  }
}
