package xfm.compiler.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import xfm.compiler.account.Account.Block;
import xfm.compiler.account.Account.Part;
import xfm.compiler.account.Account.Row;
import xfm.compiler.ast.Item;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Value;
import xfm.compiler.program.Program;
import xfm.compiler.source.Source;
import xfm.compiler.syntax.Parser;
import xfm.runtime.io.Json;

/** Counts, compared with the published ones. */
class AccountTest {
  private static Graph graph(String text, String model, Map<String, Object> settings) {
    Program program = Program.of(Parser.parse(new Source("test.xfm", text)), Optional.empty());
    Item.Declaration declaration = program.declaration(model).orElseThrow();
    return program.make(declaration, settings, declaration.span()).graph();
  }

  private static Account gpt3() {
    return Account.of(
        graph("", "gpt2", Map.of("d", 12288L, "layers", 96L, "heads", 96L, "context", 2048L)));
  }

  private static Block block(Account account, String path) {
    return account.blocks().stream().filter(b -> b.path().equals(path)).findFirst().orElseThrow();
  }

  private static Row row(Account account, String path) {
    return account.rows().stream().filter(r -> r.path().equals(path)).findFirst().orElseThrow();
  }

  /** Brown et al. 2020, and the breakdown that is commonly taught. */
  @Test
  void gpt3HasItsPublishedBreakdown() {
    Account account = gpt3();
    assertEquals(174_604_259_328L, account.parameters());
    Block attention = block(account, "layer[0..95].attention");
    assertEquals(603_979_776L, attention.matrices());
    assertEquals(96, attention.uses());
    assertEquals(57_982_058_496L, attention.matrices() * attention.uses());
    assertEquals(1, attention.slices().size());
    assertEquals(
        List.of(
            new Part("query", 1_572_864),
            new Part("key", 1_572_864),
            new Part("value", 1_572_864),
            new Part("output", 1_572_864)),
        attention.slices().getFirst().parts());
    assertEquals(6_291_456L, attention.slices().getFirst().total());
    assertEquals(96, attention.slices().getFirst().axis().size());
    Row query = row(account, "layer[0..95].attention.query");
    assertEquals(
        List.of(
            new Account.Axis("d", 12288),
            new Account.Axis("heads", 96),
            new Account.Axis("d_k", 128)),
        query.shape());
    assertEquals(14_495_514_624L, query.total());
    assertTrue(query.matrix());
    assertTrue(!row(account, "layer[0..95].attention.query_bias").matrix());
    assertTrue(row(account, "wpe").matrix());
    assertEquals(1_207_959_552L, block(account, "layer[0..95].mlp").matrices());
    assertEquals(1_812_099_072L, block(account, "layer[0..95]").each());
  }

  @Test
  void gpt2HasItsPublishedSizes() {
    assertEquals(124_439_808L, Account.of(graph("", "gpt2", Map.of())).parameters());
    assertEquals(
        1_557_611_200L,
        Account.of(graph("", "gpt2", Map.of("d", 1600L, "layers", 48L, "heads", 25L)))
            .parameters());
  }

  @Test
  void differencesReadAsPercentOrAsMultiples() {
    Account small = Account.of(graph("", "gpt2", Map.of()));
    Account medium = Account.of(graph("", "gpt2", Map.of("d", 1024L, "layers", 24L, "heads", 16L)));
    String table = Comparison.of(List.of(small, medium, gpt3()), Map.of("", 512L)).table();
    assertTrue(table.contains("(+185.1 %)"), table);
    assertTrue(table.contains("(1,403 ×)"), table);
    assertTrue(table.contains("gpt2 (1)") && table.contains("gpt2 (3)"), table);
    assertFalse(Comparison.of(List.of(small), Map.of()).table().contains("("), table);
  }

  private static final String GROUPED =
      """
      block inner(x: [n, d], heads: int) -> [n, d] {
        weight up: [d, heads]
        EXTRA
        h[i, e] = x[i, a] * up[a, e]
        return y[i, a] = h[i, e] * up[a, e]
      }
      model m(x: [n, d], d: int = 8) -> [n, d] {
        repeat 6 as layer[l] {
          x += attention(x, heads = 4, kv_heads = 2)
          if l % 3 == 0 { x += inner(x, heads = 5) }
        }
        let shared = share inner(heads = 3)
        x += shared(x)
        return shared(x)
      }
      """;

  @Test
  void aNewWeightCountsOncePerUse() {
    long before = Account.of(graph(GROUPED.replace("EXTRA", ""), "m", Map.of())).parameters();
    Account after =
        Account.of(graph(GROUPED.replace("EXTRA", "weight extra: [7, 11]"), "m", Map.of()));
    // in layers 0 and 3, and in the shared one
    assertEquals(3 * 77, after.parameters() - before);
    assertEquals(2, row(after, "layer[0, 3].inner.extra").uses());
    assertEquals(1, row(after, "shared.extra").uses());
    assertEquals(77, row(after, "shared.extra").each());
  }

  @Test
  void aConstantIsNoParameter() {
    String model =
        """
        model m(x: [n, 4]) {
          weight w: [4, 4]
          const c: [4, 4] = ones
          return y[i, b] = x[i, a] * w[a, b] + x[i, a] * c[a, b]
        }
        """;
    Account account = Account.of(graph(model, "m", Map.of()));
    assertEquals(16, account.parameters());
    assertEquals(16, account.constants());
    assertEquals(32 * 4, account.bytes());
  }

  @Test
  void groupedHeadsAreCountedByTheirOwnNumbers() {
    Account account = Account.of(graph(GROUPED.replace("EXTRA", ""), "m", Map.of()));
    List<Account.Slice> slices = block(account, "layer[0..5].attention").slices();
    assertEquals(2, slices.size());
    assertEquals(new Account.Axis("heads", 4), slices.get(0).axis());
    assertEquals(List.of(new Part("query", 16), new Part("output", 16)), slices.get(0).parts());
    assertEquals(new Account.Axis("kv_heads", 2), slices.get(1).axis());
    assertEquals(List.of(new Part("key", 16), new Part("value", 16)), slices.get(1).parts());
  }

  /** The scores see queries and keys as one matrix of little rank; so do the values a head adds. */
  @Test
  void matricesThatActAsOneAreCompared() {
    assertEquals(
        List.of(
            new Account.Factored(
                "query", "key", Optional.of(new Account.Axis("heads", 96)), 128, 12288, 12288),
            new Account.Factored(
                "value", "output", Optional.of(new Account.Axis("heads", 96)), 128, 12288, 12288)),
        block(gpt3(), "layer[0..95].attention").factored());
    assertEquals(List.of(), block(gpt3(), "layer[0..95].mlp").factored());
    assertEquals(150_994_944L, block(gpt3(), "layer[0..95].attention").factored().getLast().full());
  }

  @Test
  void nothingButSumsJoinsTwoMatrices() {
    String model =
        """
        model m(x: [n, 9]) {
          weight down, up_a, up_b, up_c: [9, 2]
          weight bias: [2]
          h[i, e] = (x[i, a] * down[a, e] + bias[e]) * x[i, 0] / 3.0
          g[i, e] = tanh(h[i, e])
          a[i, b] = h[i, e] * up_a[b, e]
          c[i, b] = g[i, e] * up_b[b, e]
          d[i: n, b] = h[(i + 1) % n, e] * up_c[b, e]
          return {a: a, c: c, d: d}
        }
        """;
    Account account = Account.of(graph(model, "m", Map.of()));
    assertEquals(
        List.of(
            new Account.Factored("down", "up_a", Optional.empty(), 2, 9, 9),
            new Account.Factored("down", "up_c", Optional.empty(), 2, 9, 9)),
        block(account, "m").factored());
    assertTrue(
        account
            .table(100)
            .contains("  down · up_a: 9 × 9 of rank 2, 36 in two factors, 81 in full\n"),
        account.table(100));
  }

  /** Values gated by the query: the gate scales each element of a sum, and is no factor of it. */
  @Test
  void whatScalesASumMakesNoCopies() {
    String model =
        """
        model m(x: [n, d], d: int = 8, heads: int = 2) -> [n, d]
          require d % heads == 0
        {
          let d_k = d / heads
          weight query, key, value, gate: [d, heads, d_k]
          weight output: [heads, d_k, d]
          q[h, i, e] = x[i, a] * query[a, h, e]
          k[h, j, e] = x[j, a] * key[a, h, e]
          v[h, j, e] = x[j, a] * value[a, h, e]
          g[h, i, e] = x[i, a] * gate[a, h, e]
          p[h, i, j] = softmax[j](q[h, i, e] * k[h, j, e])
          o[h, i, e] = p[h, i, j] * (v[h, j, e] * g[h, i, e])
          return y[i, b] = o[h, i, e] * output[h, e, b]
        }
        """;
    Account account = Account.of(graph(model, "m", Map.of()));
    assertEquals(
        List.of(new Account.Axis("heads", 2)),
        block(account, "m").slices().stream().map(Account.Slice::axis).toList());
  }

  /** A weight falls into parts along either of two axes that are the same: into none. */
  @Test
  void anAxisThatStandsTwiceCountsNoCopies() {
    String model =
        """
        model m(x: [n, d], d: int = 4) -> [n, d] {
          weight into, out: [d, 2, d]
          p[i, b, c] = x[i, b] * x[i, c]
          y[i, c] = sum[b](p[i, b, c] * into[b, 0, c])
          return z[i, c] = y[i, c] + sum[b](p[i, b, c] * out[b, 1, c])
        }
        """;
    Account account = Account.of(graph(model, "m", Map.of()));
    assertEquals(64, account.parameters());
    assertFalse(account.table(100).contains("each of"), account.table(100));
  }

  @Test
  void theTableIsForReading() {
    String table = gpt3().table(120);
    assertTrue(table.startsWith("gpt2: 174,604,259,328 parameters\n"), table);
    assertTrue(
        table.contains(
            "  each of 96 heads: query 1,572,864 + key 1,572,864 + value 1,572,864 + output 1,572,864"
                + " = 6,291,456"),
        table);
    assertTrue(table.contains("d 12,288 × heads 96 × d_k 128"), table);
    assertTrue(table.contains("weights take 698.4 GB as float32"), table);
    assertTrue(table.lines().allMatch(line -> line.length() <= 120), table);
    assertTrue(gpt3().table(80).contains(" 12288×96×128 ".replace("×", " × ")), gpt3().table(80));
  }

  @Test
  void theJsonHasTheSameNumbers() {
    String json = Json.write(gpt3().json());
    assertTrue(json.startsWith("{\"model\":\"gpt2\",\"parameters\":174604259328,"), json);
    assertTrue(
        json.contains("\"path\":\"layer[0..95].attention\",\"uses\":96,\"matrices\":603979776"),
        json);
    assertTrue(json.contains("\"total_matrices\":57982058496"), json);
    assertTrue(json.contains("\"longest\":{\"n\":2048}"), json);
  }

  /** By hand: 2 for a multiply-add, 1 for any other operation on floats. */
  @Test
  void operationsArePolynomialsOfTheLengths() {
    String model =
        """
        model m(x: [n <= 10, 8]) {
          weight query, key: [8, 2, 4]
          q[i, h, e] = x[i, a] * query[a, h, e]
          s[h, i, j] = q[i, h, e] * x[j, a] * key[a, h, e] / 2.0
          repeat 5 as layer[l] {
            t[i, a] = tanh(x[i, a]) + 1
            x = t
          }
          return s
        }
        """;
    Account account = Account.of(graph(model, "m", Map.of()));
    Poly n = Poly.of(account.longest().keySet().iterator().next());
    Poly projected = n.times(2 * 8 * 2 * 4);
    Poly scores = n.times(n).times(2 * 2 * 4 + 2);
    assertEquals(projected.times(2).plus(scores).plus(n.times(5 * 8 * 2)), account.flops());
    assertTrue(
        account.table(100).contains("one forward pass for n = 10 is 5.16 kFLOP"),
        account.table(100));
  }

  @Test
  void aCountThatDoesNotFitIsAnError() {
    Poly side = Poly.of(1L << 31);
    Graph.Weight weight =
        new Graph.Weight(
            new Value("w", Term.Kind.FLOAT, List.of(side, side, side)),
            List.of("d", "d", "d"),
            new Graph.Initial.Normal(1),
            false,
            new Source("none", "").all());
    Graph graph =
        new Graph(
            "m", List.of(), List.of(), List.of(weight), List.of(), new LinkedHashMap<>(), Map.of());
    assertThrows(ArithmeticException.class, () -> Account.of(graph));
  }
}
