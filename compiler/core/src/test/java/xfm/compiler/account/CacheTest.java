package xfm.compiler.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import xfm.compiler.account.Cache.Row;
import xfm.compiler.ast.Item;
import xfm.compiler.program.Program;
import xfm.compiler.source.Source;
import xfm.compiler.syntax.Parser;

/** What writing token by token keeps, found in the equations. */
class CacheTest {
  private static Cache cache(String text) {
    Program program = Program.of(Parser.parse(new Source("test.xfm", text)), Optional.empty());
    assertEquals(List.of(), program.check());
    Item.Declaration model = program.declaration(program.models().getFirst()).orElseThrow();
    return Account.of(program.graph(model, Map.of(), model.span())).cache();
  }

  private static Cache attention(String arguments) {
    return cache(
        "model m(x: [n, d], id: [n] int, d: int = 8) -> [n, d] {\n  return attention(x, heads = 4, "
            + arguments
            + ")\n}\n");
  }

  private static List<Row> rows(Cache cache) {
    assertEquals(Optional.empty(), cache.notCausal());
    return cache.rows();
  }

  private static Row all(String path, long bytes) {
    return new Row(path, bytes, Optional.empty());
  }

  private static Row last(String path, long bytes, long rows) {
    return new Row(path, bytes, Optional.of(rows));
  }

  @Test
  void keysAndValuesAreReadAgainAndQueriesAreNot() {
    Cache cache = attention("kv_heads = 2, d_v = 3, mask = causal, position = rotary");
    assertEquals(
        List.of(all("attention.v", 2 * 3 * 4), all("attention.k_placed", 2 * 2 * 4)), rows(cache));
    assertEquals(40, cache.bytesPerToken());
    assertEquals(40_000, cache.bytes(1000));
    assertEquals(0, cache.bytesOfWindows());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mask = causal",
        "mask = (i, j) -> i >= j",
        "mask = (i, j) -> j < i + 1",
        "mask = (i, j) -> not (j > i)",
        "mask = (i, j) -> i - j >= 0 and (j // 2 == i // 2 or j < 3)",
        "mask = causal and documents(id)",
        "mask = (h, i, j) -> if h == 0 then j <= i else j < i",
      })
  void causalMasks(String mask) {
    if (mask.contains("if h")) {
      assertTrue(
          attention(mask).notCausal().isPresent(), "not looked into yet, and so not claimed");
      return;
    }
    long id = mask.contains("documents") ? 4 : 0;
    assertEquals(64 + id, attention(mask).bytesPerToken());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mask = everything",
        "mask = (i, j) -> j <= i + 1",
        "mask = (i, j) -> j <= i or j < 2",
        "mask = near(3)",
        "mask = (i, j) -> j >= i",
      })
  void whatReadsLaterPlacesHasNoCache(String mask) {
    assertEquals(
        Optional.of("`attention.heard` reads `attention.v` at places that may be later"),
        attention(mask).notCausal());
  }

  @Test
  void windowsAreBounded() {
    List<Row> rows = rows(attention("mask = causal and window(5)"));
    assertEquals(List.of(last("attention.v", 32, 4), last("attention.k_placed", 32, 4)), rows);
    Cache near = attention("mask = causal and near(5)");
    assertEquals(rows, rows(near));
    assertEquals(0, near.bytesPerToken());
    assertEquals(256, near.bytesOfWindows());
    assertEquals(128, near.bytes(2));
    // Sinks stay: the window no longer bounds what is read.
    assertEquals(64, attention("mask = causal and (window(5) or sinks(1))").bytesPerToken());
  }

  /** Scores of one head that are mixed into others': what is 0 outside of the mask stays so. */
  @Test
  void headsMayBeMixedBeforeAndAfterTheSoftmax() {
    Cache cache =
        cache(
            """
            model m(x: [n, d], d: int = 8) -> [n, d] {
              weight query, key: [d, 2, 4]
              weight mix, blend: [2, 2]
              q[h, i, e] = x[i, a] * query[a, h, e]
              k[h, j, e] = x[j, a] * key[a, h, e]
              s[h, i, j] = q[h, i, e] * k[h, j, e]
              t[g, i, j] = s[h, i, j] * mix[h, g]
              p[g, i, j] = softmax[j](t[g, i, j] where j <= i)
              r[h, i, j] = p[g, i, j] * blend[g, h]
              return y[i, a] = sum[h](r[h, i, j] * x[j, a])
            }
            """);
    // The mixing sum keeps no condition of its own index: r is 0 where every p is.
    assertEquals(List.of(all("x", 32), all("k", 32)), rows(cache));
  }

  @Test
  void recurrencesKeepTheirStateAndConvolutionsTheirTail() {
    Cache cache =
        cache(
            """
            model m(x: [n, d], d: int = 8) -> [n, d] {
              weight kernel: [4, d]
              u[i: n, a] = sum[t](kernel[t, a] * (x[i - t, a] else 0))
              state[i: n, a] = 0.5 * (state[i - 1, a] else 0) + u[i, a]
              total[i, a] = cumsum[i](state[i, a])
              return y[i, a] = total[i, a] + x[0, a]
            }
            """);
    assertEquals(List.of(last("x", 32, 3), last("state", 32, 1)), rows(cache));
  }

  private static final String LATENT =
      """
      model m(x: [n, d], d: int = 8) -> [n, d] {
        weight down: [d, 3]
        weight up_key, up_value: [3, 2, 4]
        weight query: [d, 2, 4]
        c[j, r] = x[j, a] * down[a, r]
        q[h, i, e] = x[i, a] * query[a, h, e]
        k[h, j, e] = c[j, r] * up_key[r, h, e]
        v[h, j, e] = c[j, r] * up_value[r, h, e]
        p[h, i, j] = softmax[j](q[h, i, e] * k[h, j, e] where j <= i)
        heard[h, i, e] = p[h, i, j] * v[h, j, e]
        return y[i, b] = heard[h, i, e] * query[b, h, e]
      }
      """;

  /** DeepSeek-V2's latent attention. */
  @Test
  void whatIsMarkedIsKeptInPlaceOfWhatIsComputedFromIt() {
    assertEquals(List.of(all("k", 32), all("v", 32)), rows(cache(LATENT)));
    assertEquals(
        List.of(all("c", 12)), rows(cache(LATENT.replace("  c[j, r] =", "  keep c[j, r] ="))));
  }

  @Test
  void whatDoesNotDependOnTheTextIsNotKept() {
    Cache cache =
        cache(
            """
            model m(source: [m, d], x: [n, d], d: int = 8) -> [n, d] {
              place[j: n, a: d] = sinusoid(j, a, d)
              z[i, a] = sum[j](place[j, a] where j <= i) + x[i, a]
              return z + attention(z, source, heads = 2)
            }
            """);
    assertEquals(List.of(), rows(cache));
  }
}
