package xfm.compiler.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import xfm.compiler.ast.Item;
import xfm.compiler.diag.XfmException;
import xfm.compiler.plan.Memory;
import xfm.compiler.program.Model;
import xfm.compiler.program.Program;
import xfm.compiler.source.Source;
import xfm.compiler.syntax.Parser;
import xfm.runtime.exec.Cancellation;

/** Writing is refused before its first token where its last would not fit. */
class ReservedTest {
  private static final int[] PROMPT = {3, 1};

  private static Model model(long limit) {
    Program program = Program.of(Parser.parse(new Source("test.xfm", "")), Optional.empty());
    Item.Declaration gpt2 = program.declaration("gpt2").orElseThrow();
    Map<String, Object> sizes =
        Map.of("vocab", 11L, "context", 50L, "d", 12L, "layers", 1L, "heads", 3L);
    Model model = program.make(gpt2, sizes, gpt2.span());
    model.threads(2);
    model.memory(Memory.of(limit));
    return model;
  }

  private static long needed(XfmException refusal) {
    String bytes = refusal.getMessage().replaceFirst("(?s).* takes ([0-9,]+) bytes.*", "$1");
    return Long.parseLong(bytes.replace(",", ""));
  }

  private static XfmException refused(long limit, int texts, long max) {
    try (Model model = model(limit)) {
      TokenModel reader = TokenModel.of(model);
      return assertThrows(XfmException.class, () -> reader.reserve(0, PROMPT.length, max, texts));
    }
  }

  @Test
  void oneTextToTheByte() {
    // All weights are there before.
    long begin = 20_000;
    String none = refused(begin, 1, 40).getMessage();
    assertTrue(none.startsWith("writing up to 40 tokens takes "), none);
    long needed = needed(refused(begin, 1, 40));
    XfmException less = refused(needed - 1, 1, 40);
    assertEquals(needed, needed(less));
    assertTrue(less.getMessage().contains("the limit is %,d bytes".formatted(needed - 1)));
    try (Model model = model(needed)) {
      TokenModel reader = TokenModel.of(model);
      reader.reserve(0, PROMPT.length, 40, 1);
      List<Integer> heard = new ArrayList<>();
      int[] written = write(reader, 40, heard);
      assertEquals(40, written.length);
      assertEquals(40, heard.size());
      assertArrayEquals(written, write(reader, 40, heard));
      XfmException longer =
          assertThrows(XfmException.class, () -> reader.reserve(0, PROMPT.length, 41, 1));
      assertTrue(needed(longer) > needed);
      // The context is the most that is read.
      assertEquals(
          needed(assertThrows(XfmException.class, () -> reader.reserve(0, 2, 49, 1))),
          needed(assertThrows(XfmException.class, () -> reader.reserve(0, 2, 1L << 62, 1))));
    }
  }

  private static int[] write(TokenModel reader, long max, List<Integer> heard) {
    return new Generator(
            reader.after(new int[0], new Cancellation()), reader.context(), _ -> false, false)
        .generate(PROMPT, max, new Sampler(Sampling.GREEDY), heard::add, () -> {});
  }

  @Test
  void severalTextsTogether() {
    long one = needed(refused(20_000, 1, 20));
    long needed = needed(refused(20_000, 3, 20));
    assertTrue(needed > one);
    assertEquals(needed, needed(refused(needed - 1, 3, 20)));
    try (Model model = model(needed)) {
      TokenModel reader = TokenModel.of(model);
      reader.reserve(0, PROMPT.length, 20, 3);
      Beams beams =
          new Beams(
              reader.afterEach(new int[0], new Cancellation()), reader.context(), _ -> false, 3);
      assertEquals(3, beams.search(PROMPT, 20).size());
    }
  }
}
