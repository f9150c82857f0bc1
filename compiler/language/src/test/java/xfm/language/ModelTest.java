package xfm.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyArray;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;
import org.junit.jupiter.api.Test;

/** Models in scripts and in the hands of hosts, on one that is small enough to know by heart. */
class ModelTest {
  /** The score of the next token is a row of the table. */
  static final String NEXT =
      """
      model next(tokens: [n <= context] token(vocab), vocab: int = 4, context: int = 6) -> [n, vocab] {
        weight table: [vocab, vocab] = normal(1.0)
        picked[i] = sum[w](table[tokens[i], w])
        return logits[i, w] = table[tokens[i], w]
      }
      """;

  /** After 0 comes 1, then 2, then 3, then 0. */
  private static final String CIRCLE =
      NEXT
          + """
          let m = next()
          m.set("table", [[0, 9, 0, 0], [0, 0, 9, 0], [0, 0, 0, 9], [9, 0, 0, 0]])
          """;

  @Test
  void generatesGreedily() {
    try (Session session = new Session()) {
      session.eval(CIRCLE);
      assertEquals(
          "[1, 2, 3, 0]",
          session.eval("m.generate([3, 0], max = 4, greedy = true).tokens").toString());
      assertEquals("[]", session.eval("m.generate([0], max = 0, greedy = true).tokens").toString());
      Value written = session.eval("m.generate([0], max = 2, greedy = true)");
      assertTrue(written.getMember("text").isNull());
      assertTrue(written.getMember("seconds").asDouble() > 0);
      assertTrue(written.getMember("tokens_per_second").asDouble() > 0);
    }
  }

  @Test
  void severalSequencesAtOnceGiveAListOfWhatEachGives() {
    try (Session session = new Session()) {
      session.eval(NEXT + "let m = next()");
      session.eval("let batch = [[1, 2, 3], [0], [2, 2, 3, 1, 0]]");
      assertEquals(
          "true",
          session
              .eval("m(batch) == [m.logits([1, 2, 3]), m([0]), m({tokens: [2, 2, 3, 1, 0]})]")
              .toString());
      assertEquals("true", session.eval("m.logits(batch) == m({tokens: batch})").toString());
      assertEquals("true", session.eval("m.run(batch)[1].logits == m([0])").toString());
      assertEquals(
          "true",
          session
              .eval(
                  "m.see(\"picked\", [{tokens: [1]}, {tokens: [2, 0]}])[1]"
                      + " == m.see(\"picked\", [2, 0])")
              .toString());
      assertEquals("1", session.eval("len(m([[1, 2]]))").toString());
      assertEquals("2", session.eval("len(m([1, 2]))").toString());
      Value host = session.context.getBindings("xfm").getMember("m");
      Value both =
          host.execute(ProxyArray.fromArray(ProxyArray.fromArray(1), ProxyArray.fromArray(2)));
      assertEquals(2, both.getArraySize());
      session.error(
          "m([[1], [1, 1, 1, 1, 1, 1, 1]])",
          "7 long, and the model takes at most 6",
          "in sequence 1 of a batch of 2, counted from 0");
      session.error("m([[1], [1, 2.5]])", "in sequence 1 of the batch");
    }
  }

  @Test
  void aHostMayLimitTheMemoryOfModels() {
    try (Session session = new Session(context -> context.option("xfm.Memory", "70"))) {
      session.eval(NEXT + "let m = next()");
      session.error("m([1, 2, 3])", "bytes of memory, and the limit is 70 bytes", "--memory");
    }
    try (Session session = new Session(context -> context.option("xfm.Memory", "0.5m"))) {
      session.eval(NEXT + "let m = next()");
      assertEquals(3, session.eval("m([1, 2, 3])").getArraySize());
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> new Session(context -> context.option("xfm.Memory", "much")).eval("1"));
  }

  @Test
  void aSeedMakesTheWeightsAnewThatNothingGave() {
    try (Session session = new Session()) {
      session.eval(
          """
          model pair(x: [n, 2]) -> [n, 2] {
            weight turn, scale: [2, 2]
            return y[i, b] = x[i, a] * turn[a, c] * scale[c, b]
          }
          let first = pair()
          let other = pair().seed(7)
          let set = pair()
          set.set("scale", [[1, 0], [0, 1]])
          let input = [[1, 2]]
          let before = set(input)
          """);
      assertEquals("false", session.eval("other(input) == first(input)").toString());
      assertEquals("true", session.eval("other(input) == first.seed(7)(input)").toString());
      assertEquals("true", session.eval("pair()(input) == first.seed(0)(input)").toString());
      assertEquals("false", session.eval("set.seed(7)(input) == before").toString());
      assertEquals(
          "true", session.eval("set.weight(\"turn\") == other.weight(\"turn\")").toString());
      assertEquals("true", session.eval("set.weight(\"scale\")[0, 0] == 1").toString());
      session.eval("set.set(\"turn\", 1)");
      session.error("set.seed(3)", "error[call]", "none is random", "no file and no `set` gave");
      session.error("pair().seed(0.5)", "error[type]");
    }
  }

  @Test
  void runGivesARecordEvenOfOneResult() {
    try (Session session = new Session()) {
      session.eval(
          """
          model twice(x: [n]) -> [n] { return y[i] = 2 * x[i] }
          let t = twice()
          """);
      assertEquals("true", session.eval("t([1]) == [2.0]").toString());
      assertEquals("true", session.eval("t({x: [1]}) == [2.0]").toString());
      assertEquals("true", session.eval("t.run([1]).y == [2.0]").toString());
      assertEquals("true", session.eval("t.run({x: [1]}).y == [2.0]").toString());
    }
  }

  @Test
  void theInputsOfABatchAreEquallyMany() {
    try (Session session = new Session()) {
      session.eval(
          """
          model two(source: [m] token(9), target: [n] token(9)) -> [n] {
            return y[i: n] = float(target[i]) + sum[j](float(source[j]))
          }
          let m = two()
          """);
      assertEquals(
          "true",
          session
              .eval("m({source: [[1, 3], [7]], target: [[1], [1, 2]]}) == [[5.0], [8.0, 9.0]]")
              .toString());
      session.error(
          "m({source: [[1, 3], [7]], target: [[1]]})",
          "the inputs of a batch are not equally many",
          "`source` has 2, `target` has 1");
      session.error("m({source: [[1, 3], [7]], target: [1]})", "`source` has 2, `target` is one");
    }
  }

  @Test
  void streamsIntoACallback() {
    try (Session session = new Session()) {
      session.eval(CIRCLE);
      assertEquals(
          "1;2;3;",
          session.prints(
              "let w = m.generate([0], max = 3, greedy = true, on = (t) -> print(t, end = \";\"))"));
      List<Integer> heard = new ArrayList<>();
      session
          .context
          .getBindings("xfm")
          .getMember("m")
          .invokeMember(
              "generate",
              ProxyArray.fromArray(0),
              ProxyObject.fromMap(
                  Map.of(
                      "max",
                      3,
                      "greedy",
                      true,
                      "on",
                      (ProxyExecutable)
                          a -> {
                            heard.add(a[0].asInt());
                            return null;
                          })));
      assertEquals(List.of(1, 2, 3), heard);
    }
  }

  @Test
  void aSeedGivesTheSameTextAgain() {
    try (Session session = new Session()) {
      session.eval(NEXT + "let m = next(vocab = 50)");
      String call = "m.generate([0], max = 40, slide = true, temperature = 2.0, seed = %d).tokens";
      String first = session.eval(call.formatted(1)).toString();
      assertEquals(first, session.eval(call.formatted(1)).toString());
      assertFalse(first.equals(session.eval(call.formatted(2)).toString()));
    }
  }

  @Test
  void aNumberThatIsComputedIsSeen() {
    try (Session session = new Session()) {
      session.eval(
          """
          model scaled(x: [n]) -> [n] {
            half = 0.5
            total = half * sum[i](x[i])
            total = total + 1
            x = x * x
            return y[i] = x[i] * total
          }
          let s = scaled()
          """);
      assertEquals(4, session.eval("s.see(\"total\", [1.0, 2.0, 3.0])").asDouble());
      assertEquals(3, session.eval("s.see(\"total@1\", [1.0, 2.0, 3.0])").asDouble());
      assertEquals(2, session.eval("s.see(\"x@1\", [1.0, 2.0, 3.0])[1]").asDouble());
      assertEquals(4, session.eval("s.see(\"x\", [1.0, 2.0, 3.0])[1]").asDouble());
      assertEquals(36, session.eval("s([1.0, 2.0, 3.0])[2]").asDouble());
      session.error("s.see(\"half\", [1.0])", "error[path]", "settings");
    }
  }

  @Test
  void aPartOfAWeightIsReadAndSet() {
    try (Session session = new Session()) {
      session.eval(CIRCLE);
      assertEquals(
          "[[9.0, 0.0, 0.0, 0.0], [0.0, 9.0]]",
          session
              .eval(
                  """
                  let row = m.weight("table[3]")
                  let column = m.weight("table[:, 1]")
                  [[row[0], row[1], row[2], row[3]], [column[3], column[0]]]
                  """)
              .toString());
      assertEquals(
          "true",
          session
              .eval(
                  """
                  let before = m.weight("table")
                  m.set("table[1]", 0)
                  m.set("table[:, 0]", [1, 2, 3, 4])
                  let after = m.weight("table")
                  let right = after == [[1, 9, 0, 0], [2, 0, 0, 0], [3, 0, 0, 9], [4, 0, 0, 0]]
                  m.set("table", before)
                  right and m.weight("table") == before
                  """)
              .toString());
      session.error("m.set(\"table[4]\", 0)", "error[path]", "0 … 3");
      session.error("m.set(\"table[0, 0, 0]\", 0)", "error[path]", "more positions");
      session.error("m.set(\"table[0]\", [1, 2])", "error[shape]", "[4]", "[2]");
      session.error("m.weight(\"tabel[0]\")", "error[path]", "tabel");
    }
  }

  @Test
  void wrongArgumentsOfGenerate() {
    try (Session session = new Session()) {
      session.eval(CIRCLE);
      session.error("m.generate([])", "error[input]", "the prompt is empty");
      session.error("m.generate([0], max = -1)", "error[input]", "negative");
      session.error("m.generate([0], temperature = -0.5)", "error[input]", "temperature", "-0.5");
      session.error(
          "m.generate([0], temperature = inf - inf)", "error[input]", "temperature", "NaN");
      session.error("m.generate([0], top_k = 0)", "error[input]", "top_k");
      session.error("m.generate([0], top_p = 1.5)", "error[input]", "top_p", "1.5");
      session.error("m.generate([0], top_p = 0)", "error[input]", "top_p");
      session.error("m.generate([4], max = 1)", "error[input]", "4", "0 … 3");
      session.error("m.generate([-1], max = 1)", "error[input]", "-1");
      session.error("m.generate([0.5], max = 1)", "error[input]", "0.5");
      session.error("m.generate([[0]], max = 1)", "error[type]", "one list of ints");
      session.error("m.generate(\"ab\", max = 1)", "error[input]", "no tokenizer");
      session.error("m.generate(5)", "error[type]", "an int");
      session.error("m.generate([0], maxx = 3)", "error[call]", "maxx", "did you mean `max`?");
      session.error("m.generate([0], max = \"a\")", "error[type]", "`max`", "a text");
      session.error("m.generate([0], on = 3)", "error[type]", "`on`", "a function");
      session.error(
          "m.generate([0, 1, 2], max = 5)",
          "error[input]",
          "3 tokens and 5",
          "the context is 6",
          "slide");
      session.error(
          "m.generate([0, 1, 2, 3, 0, 1, 2], max = 1)", "error[input]", "7 tokens", "is 6");
      assertEquals(
          "[3, 0, 1, 2]",
          session.eval("m.generate([0, 1, 2], max = 4, greedy = true).tokens").toString());
    }
  }

  @Test
  void aTextMaySlideAndSaysSoOnce() {
    try (Session session = new Session()) {
      session.eval(CIRCLE);
      String call = "m.generate([0, 1, 2], max = 9, greedy = true, slide = true).tokens";
      assertEquals("[3, 0, 1, 2, 3, 0, 1, 2, 3]", session.eval(call).toString());
      session.eval(call);
      assertEquals(1, session.err().split("last 6 tokens", -1).length - 1, session.err());
    }
  }

  @Test
  void initialWeightsAreSaidOnce() {
    try (Session session = new Session()) {
      session.eval(NEXT + "let m = next()\nm.logits([0])\nm.logits([1])");
      assertEquals(1, session.err().split("initial weights", -1).length - 1, session.err());
      session.eval(
          CIRCLE.replace("model next", "model circle").replace("next()", "circle()")
              + "m.logits([0])");
      assertFalse(session.err().contains("circle"), session.err());
    }
  }

  @Test
  void resultsAndWhatIsSeenAreTensors() {
    try (Session session = new Session()) {
      session.eval(CIRCLE);
      Value logits = session.eval("m.logits([0, 2])");
      assertEquals("[2, 4]", logits.getMember("shape").toString());
      assertEquals("F32", logits.getMember("dtype").asString());
      assertEquals(9.0, logits.getArrayElement(1).getArrayElement(3).asDouble());
      assertArrayEquals(new float[] {0, 9, 0, 0}, logits.getArrayElement(0).as(float[].class));
      assertTrue(logits.hasBufferElements());
      assertEquals(9f, logits.readBufferFloat(java.nio.ByteOrder.LITTLE_ENDIAN, 4));
      byte[] bytes = new byte[32];
      logits.readBuffer(0, bytes, 0, 32);
      assertEquals(0x41, bytes[7]);
      assertTrue(logits.toString().startsWith("f32[2, 4]\n[[0.000, 9.000"), logits.toString());

      assertEquals(
          "[9.0, 9.0]", session.eval("let s = m.see(\"picked\", [0, 3])\n[s[0], s[1]]").toString());
      assertEquals(9.0, session.eval("m.weight(\"table\")[3, 0]").asDouble());
      assertEquals(
          "[9.0, 0.0]", session.eval("let c = m.weight(\"table\")[:, 0]\n[c[3], c[0]]").toString());
      assertEquals(9.0, session.eval("m.run({tokens: [3]}).logits[0][0]").asDouble());
      assertEquals(4, session.eval("len(m.weight(\"table\"))").asInt());
      session.error("m.see(\"pickd\", [0])", "error[path]", "picked");
      session.error("m.run({token: [3]})", "error[input]", "no input `token`", "{tokens: …}");
      session.error("m.weight(\"table\")[4]", "error[index]", "0 to 3");
      session.error("m.weight(\"table\")[0, 0, 0]", "error[index]", "too many positions");
      session.error("m.set(\"table\", [[1, 2], [3]])", "error[shape]", "jagged");
      session.error("m.set(\"table\", [[1, \"a\"]])", "error[type]", "numbers");
      session.error("m.set(\"table\", [1, 2])", "error[shape]");
    }
  }

  @Test
  void lossIsTheMeanSurpriseOverWindows() {
    try (Session session = new Session()) {
      session.eval(CIRCLE);
      // Each row scores the right successor 9 and three others 0.
      double right = -Math.log(Math.exp(9) / (Math.exp(9) + 3));
      assertEquals(right, session.eval("m.loss([0, 1, 2, 3, 0], window = 2)").asDouble(), 1e-12);
      // The fifth token would begin a window that does not fit.
      double wrong = -Math.log(1 / (Math.exp(9) + 3));
      assertEquals(
          (right + wrong) / 2, session.eval("m.loss([0, 1, 1, 3], window = 2)").asDouble(), 1e-12);
      session.error("m.loss([0, 1], window = 2)", "error[input]", "2 tokens");
      session.error("m.loss([0, 1, 2], window = 0)", "error[input]", "window");
      assertFalse(session.err().contains("loss"), session.err());
    }
  }

  @Test
  void aDeclarationIsCalledForItsSizes() {
    try (Session session = new Session()) {
      session.eval(NEXT);
      assertEquals(16, session.eval("next().parameters").asInt());
      assertEquals(25, session.eval("next(vocab = 5).parameters").asInt());
      assertEquals(36, session.eval("let vocab = 6\nnext(vocab).parameters").asInt());
      assertTrue(session.eval("account(next(vocab = 5))").toString().contains("25"));
      assertEquals(25, session.eval("next(vocab = 5).account().parameters").asInt());
      session.error("next(5)", "error[call]", "by name");
      session.error("next(vocb = 5)", "error[call]", "vocb", "did you mean `vocab`?");
      session.error("next(vocab = \"a\")", "error[type]");
      session.error("next(tokens = [1])", "error[call]", "tokens");
      session.error("account(next)", "error[type]", "next()");
      session.error("next.generate([0])", "error[name]", "load");
    }
  }

  @Test
  void aHostMakesAndRunsAModel() {
    try (Session session = Session.allowingAll()) {
      session.eval(NEXT);
      Value next = session.context.getBindings("xfm").getMember("next");
      Value model = next.execute(Map.of("vocab", 3));
      model.invokeMember("set", "table", new double[][] {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}});
      Value logits = model.invokeMember("logits", (Object) new int[] {2, 0});
      assertEquals(8.0, logits.getArrayElement(0).getArrayElement(1).asDouble());
      Value results = model.invokeMember("run", Map.of("tokens", List.of(1)));
      assertEquals(
          6.0, results.getMember("logits").getArrayElement(0).getArrayElement(2).asDouble());
      assertTrue(model.getMemberKeys().contains("generate"));
      assertTrue(model.canInvokeMember("generate"));
    }
  }
}
