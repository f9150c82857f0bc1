package xfm.compiler.program;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The programs of this project, mutated: each is wrong with a place, or right, and then its models
 * run and give the shapes that they declare. None ends in another exception. A longer search:
 * {@code -Dxfm.test.args="--add-modules jdk.incubator.vector -Dxfm.mutations=100000 -Dxfm.seed=7"}.
 */
class MutationTest {
  private static final int ALL = Integer.getInteger("xfm.mutations", 1_000);
  private static final long SEED = Long.getLong("xfm.seed", 1974);

  /** Appended to a file that has blocks and functions alone. */
  private static final String PROBE =
      """

      model probe(x: [n, 12], tokens: [n] token(7)) -> [n, 12] {
        weight table: [7, 12]
        y[i, a] = x[i, a] + table[tokens[i], a]
        y += attention(
          one: layer_norm(y), heads = 3, bias = true, mask = causal and window(3),
          position = rotary(theta = 100.0)
        )
        y += attention(
          two: rms_norm(y), heads = 4, kv_heads = 2, mask = chunked(2) or sinks(1),
          score = soft_cap(5.0)
        )
        y += mlp(three: layer_norm(y), activation = gelu)
        y += gated_mlp(four: rms_norm(y), hidden = 7)
        return y
      }
      """;

  private final Random random = new Random(SEED);
  private final Mutations mutations = new Mutations(random);
  private final Trial trial = new Trial(random);

  private static List<Path> programs() throws IOException {
    List<Path> programs = new ArrayList<>();
    for (String folder :
        new String[] {
          "../../stdlib", "../../stdlib/models", "../../examples", "../../tests/golden/programs"
        }) {
      try (Stream<Path> files = Files.list(Path.of(folder))) {
        files.filter(file -> file.toString().endsWith(".xfm")).sorted().forEach(programs::add);
      }
    }
    return programs;
  }

  @Test
  @Timeout(3_600)
  void everyMutationIsWrongWithAPlaceOrRuns() throws IOException {
    List<Path> programs = programs();
    List<List<String>> originals = new ArrayList<>();
    for (Path path : programs) {
      String text = Files.readString(path);
      originals.add(Mutations.tokens(text.contains("\nmodel ") ? text : text + PROBE));
    }
    for (int each = 0; each < ALL; each++) {
      int program = each % programs.size();
      Path path = programs.get(program);
      String text = mutations.mutated(originals.get(program));
      try {
        trial.of(path.getFileName().toString(), text, path.getParent());
      } catch (RuntimeException | Error e) {
        throw new AssertionError(path + " as\n" + text, e);
      }
    }
    System.out.println(trial.counts());
    assertTrue(
        trial.parsed > ALL / 2
            && trial.right > ALL / 20
            && trial.ran > ALL / 20
            && trial.large < trial.ran / 4,
        trial::counts);
  }
}
