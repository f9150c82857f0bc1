package xfm.compiler.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import xfm.compiler.ast.Item;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Value;
import xfm.compiler.print.Print;
import xfm.compiler.program.Program;
import xfm.compiler.source.Source;
import xfm.compiler.syntax.Parser;
import xfm.runtime.io.Checkpoint;
import xfm.runtime.io.Json;
import xfm.runtime.io.JsonValue;
import xfm.runtime.io.SafetensorsWriter;
import xfm.runtime.tensor.DType;
import xfm.runtime.tensor.Tensor;

/** Folders read by the sections of small models; every mistake is made once. */
class CheckpointTest {
  private static final String MODEL =
      """
      block pair(x: [n, d], heads: int, d_k: int = d / heads) -> [n, d] {
        weight left, right: [d, heads, d_k]
        weight back: [heads, d_k, d]
        q[h, i, e] = x[i, a] * left[a, h, e]
        k[h, i, e] = x[i, a] * right[a, h, e]
        return y[i, b] = q[h, i, e] * k[h, i, e] * back[h, e, b]
      }
      model net(
        tokens: [n] token(vocab), vocab: int, d: int, layers: int, heads: int, wide: int = d,
        untied: bool = false, kind: float = 1
      ) -> [n, vocab] {
        weight table: [vocab, d]
        weight head: [vocab, d] if untied
        weight gain: [d]
        x[i, a] = table[tokens[i], a] * kind
        repeat layers as layer[l] { x += pair(x, heads) }
        let out = if untied then head else table
        return logits[i, w] = x[i, a] * gain[a] * out[w, a]
      }
      """;

  private static final String SECTION =
      """
      checkpoint net {
        vocab = config.vocab, d = config.width, layers = config.depth, heads = config.heads
        wide = config.inner else 2 * d
        untied = not (config.tied else true)
        kind = config.eps
        stop = config.stop, start = config.start, padding = config.pad
        require config.act == "relu" or config.act == "gelu"
        table = "emb" or "out"
        head = "out"
        gain = "gain"
        layer[l].pair.(left | right) = "h.{l}.lr" split 2 on columns as [d, heads, d_k]
        layer[l].pair.back = "h.{l}.back" transpose as [heads, d_k, d]
        ignore "h.{l}.(mask | bias)"
        ignore config.dropout
      }
      checkpoint any { ignore config.(author | date) }
      """;

  private static final String CONFIG =
      """
      {"model_type": "net", "vocab": 3, "width": 4, "depth": 2, "heads": 2, "inner": null, "eps": 1e-5,
       "stop": [1, 2], "pad": null, "act": "relu", "dropout": 0.1, "author": "nobody"}
      """;

  private static Program program(String text) {
    return Program.of(Parser.parse(new Source("net.xfm", text)), Optional.empty());
  }

  private static JsonValue.Obj config(String text) {
    return (JsonValue.Obj) Json.parse(Path.of("config.json"), text);
  }

  /** Tensors whose elements count from a number of their own. */
  private static Tensor counting(int from, long... shape) {
    int elements = 1;
    for (long size : shape) {
      elements *= (int) size;
    }
    float[] values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = from + i;
    }
    return Tensor.ofFloats(values, shape);
  }

  private static Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("emb", counting(0, 3, 4));
    tensors.put("gain", counting(20, 4));
    for (int l = 0; l < 2; l++) {
      tensors.put("h." + l + ".lr", counting(100 + 200 * l, 4, 8));
      tensors.put("h." + l + ".back", counting(150 + 200 * l, 4, 4));
    }
    return tensors;
  }

  @TempDir Path folder;

  private record Read(Graph graph, CheckpointPlan plan, BoundWeights bound) {}

  private Read read(String program, String config, Map<String, Tensor> tensors) {
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
    Program parsed = program(program);
    JsonValue.Obj keys = config(config);
    Item.Checkpoint section =
        Sections.find(parsed.checkpoints(), folder.resolve("config.json"), keys);
    CheckpointPlan plan = CheckpointPlan.of(section, parsed.checkpoints(), keys);
    Item.Declaration model = parsed.declaration(plan.section().model().text()).orElseThrow();
    Graph graph = parsed.make(model, plan.settings(), model.span()).graph();
    return new Read(graph, plan, plan.bind(graph, Checkpoint.open(folder)));
  }

  private static float[] weight(Read read, BoundWeights.Loaded loaded, String path) {
    Value value = read.graph().seen().get(path);
    Tensor tensor = loaded.weights().get(value);
    assertArrayEquals(
        value.shape().stream().mapToLong(s -> s.constant().orElseThrow()).toArray(),
        tensor.shape());
    return tensor.toFloats();
  }

  /** Everything that a reader would see of an error, without its picture. */
  private static String error(Runnable run) {
    StringBuilder text = new StringBuilder();
    for (Diagnostic each : assertThrows(XfmException.class, run::run).diagnostics()) {
      text.append(each.code().word()).append(": ").append(each.message()).append('\n');
      each.labels()
          .forEach(l -> text.append(l.span().text()).append(" <- ").append(l.text()).append('\n'));
      each.notes().forEach(n -> text.append("note: ").append(n).append('\n'));
      text.append(each.help().isEmpty() ? "" : "help: " + each.help() + "\n");
    }
    return text.toString();
  }

  private String error(String program, String config, Map<String, Tensor> tensors) {
    return error(() -> read(program, config, tensors));
  }

  @Test
  void settingsComeFromTheConfiguration() {
    CheckpointPlan plan = read(MODEL + SECTION, CONFIG, tensors()).plan();
    assertEquals(
        Map.of(
            "vocab", 3L, "d", 4L, "layers", 2L, "heads", 2L, "wide", 8L, "untied", false, "kind",
            1e-5),
        plan.settings());
    assertEquals(List.of(1, 2), plan.stop());
    assertTrue(plan.start().isEmpty());
    assertTrue(plan.padding().isEmpty());
  }

  @Test
  void tensorsAreSplitTransposedAndReshaped() {
    Read read = read(MODEL + SECTION, CONFIG, tensors());
    BoundWeights.Loaded loaded = read.bound().load();
    assertEquals(List.of(), loaded.warnings());
    assertEquals(read.graph().weights().size(), loaded.weights().size());
    assertArrayEquals(
        new float[] {
          304, 305, 306, 307, 312, 313, 314, 315, 320, 321, 322, 323, 328, 329, 330, 331
        },
        weight(read, loaded, "layer[1].pair.right"));
    assertArrayEquals(
        new float[] {
          150, 154, 158, 162, 151, 155, 159, 163, 152, 156, 160, 164, 153, 157, 161, 165
        },
        weight(read, loaded, "layer[0].pair.back"));
    assertArrayEquals(counting(20, 4).toFloats(), weight(read, loaded, "gain"));
    assertEquals(List.of("h.1.lr"), read.bound().names().get("layer[1].pair.left"));
  }

  @Test
  void aFlatModelReadsTheSameWeights() {
    Read read = read(MODEL + SECTION, CONFIG, tensors());
    String flat = Print.flat(read.graph(), read.plan().section(), read.plan().settings());
    assertTrue(flat.contains("  require config.model_type == \"net\"\n"), flat);
    assertTrue(flat.contains("  require (config.inner else 2 * 4) == 8\n"), flat);
    assertTrue(flat.contains("  require config.eps == 1e-5\n"), flat);
    assertTrue(flat.contains("  (w5 | w6) = \"h.1.lr\" split 2 on columns as [4, 2, 2]\n"), flat);
    assertTrue(flat.contains("  w0 = \"emb\" or \"out\"\n"), flat);
    BoundWeights.Loaded one = read.bound().load();
    String any = "checkpoint any { ignore config.(author | date) }";
    Read again = read(flat + any, CONFIG, tensors());
    assertEquals(flat, Print.flat(again.graph(), again.plan().section(), again.plan().settings()));
    assertEquals(read.plan().stop(), again.plan().stop());
    BoundWeights.Loaded two = again.bound().load();
    for (int i = 0; i < read.graph().weights().size(); i++) {
      assertArrayEquals(
          weight(read, one, read.graph().weights().get(i).value().path()),
          weight(again, two, "w" + i));
    }
    String other = CONFIG.replace("\"depth\": 2", "\"depth\": 3");
    assertTrue(error(flat + any, other, tensors()).contains("`depth` is 3"));
  }

  @Test
  void namesMayStandBehindAPrefix() {
    Map<String, Tensor> behind = new LinkedHashMap<>();
    tensors().forEach((name, tensor) -> behind.put("body." + name, tensor));
    behind.put("body.h.0.mask", counting(0, 1));
    Read read =
        read(MODEL + SECTION.replace("gain =", "prefix = \"body.\"\ngain ="), CONFIG, behind);
    assertEquals(List.of("body.gain"), read.bound().names().get("gain"));
  }

  @Test
  void tiesMustBeEqual() {
    Map<String, Tensor> tied = tensors();
    tied.put("out", counting(0, 3, 4));
    read(MODEL + SECTION, CONFIG, tied);
    tied.put("out", counting(1, 3, 4));
    assertEquals(
        """
        checkpoint: the weights of the model and the tensors of the file do not match
        net <- read by this section
        note: "emb" and "out" must be equal, as both are `table` [vocab 3, d 4], and they are not
        """,
        error(MODEL + SECTION, CONFIG, tied));
    String untied = CONFIG.replace("\"act\"", "\"tied\": false, \"act\"");
    // Where the head is a weight of its own, its tensor is no other name of the table.
    Read read = read(MODEL + SECTION, untied, tied);
    assertEquals(1f, weight(read, read.bound().load(), "head")[0]);
    assertEquals(0f, weight(read, read.bound().load(), "table")[0]);
    assertEquals(List.of("emb"), read.bound().names().get("table"));
  }

  @Test
  void everyMismatchIsInOneError() {
    Map<String, Tensor> wrong = tensors();
    wrong.remove("gain");
    wrong.put("gian", counting(0, 4));
    wrong.remove("h.1.lr");
    wrong.put("h.0.lr", counting(0, 4, 6));
    wrong.put("h.1.back", counting(0, 4, 5));
    wrong.put("h.0.mask", counting(0, 2));
    wrong.put("h.x.mask", counting(0, 2));
    assertEquals(
        """
        checkpoint: the weights of the model and the tensors of the file do not match
        net <- read by this section
        note: the file has no tensor "gain" for `gain` [d 4]; did you mean "gian", [4]?
        note: the file has no tensor "h.1.lr" for `layer[1].pair.left` [d 4, heads 2, d_k 2], `layer[1].pair.right` [d 4, heads 2, d_k 2]
        note: "h.0.lr" is [4, 6], split 2 on columns: [4, 3], as [4, 2, 2]: this would be 4 * 2 * 2 elements, and there are 12
        note: "h.1.back" is [4, 5], transpose: [5, 4], as [2, 2, 4]: this would be 2 * 2 * 4 elements, and there are 20
        note: no line of the section reads the tensor "gian", [4]
        note: no line of the section reads the tensor "h.x.mask", [2]
        """,
        error(MODEL + SECTION, CONFIG, wrong));
  }

  @Test
  void weightsWithoutALineAreListed() {
    String text = error((MODEL + SECTION).replace("gain = \"gain\"", ""), CONFIG, tensors());
    assertTrue(
        text.contains("note: no line of the section says where the weight `gain` [d 4] is\n"),
        text);
    assertTrue(
        text.contains("note: no line of the section reads the tensor \"gain\", [4]\n"), text);
    String twice =
        error(
            (MODEL + SECTION).replace("ignore \"h", "gain = \"emb\" as [12]\nignore \"h"),
            CONFIG,
            tensors());
    assertTrue(twice.contains("two lines of the section speak of `gain`: net.xfm:"), twice);
    assertTrue(
        twice.contains("note: \"emb\" is [3, 4], as [12], and the weight is `gain` [d 4]\n"),
        twice);
  }

  @Test
  void aShapeThatAReshapeOrATransposeWouldMendSaysSo() {
    String plain = (MODEL + SECTION).replace(" transpose as [heads, d_k, d]", "");
    assertTrue(
        error(plain, CONFIG, tensors()).contains("; did you mean `as [heads, d_k, d]`?"),
        error(plain, CONFIG, tensors()));
    Map<String, Tensor> turned = tensors();
    turned.put("emb", counting(0, 4, 3));
    assertTrue(
        error(MODEL + SECTION, CONFIG, turned)
            .contains(
                "\"emb\" is [4, 3], and the weight is `table` [vocab 3, d 4]; is a `transpose` missing"));
  }

  @Test
  void keysThatNobodyReadsAreAnError() {
    String config =
        CONFIG.replace("\"eps\"", "\"widht\": 4, \"rope\": {\"a\": 1}, \"none\": null, \"eps\"");
    assertEquals(
        """
        checkpoint: config.json has 2 keys that this section neither reads nor ignores
        net <- this section
        note: `widht` is 4
        note: `rope` is an object
        help: what changes what the model computes must be read or required; what does not: `ignore config.(widht | rope)`
        """,
        error(MODEL + SECTION, config, tensors()));
    String misspelt = CONFIG.replace("\"width\"", "\"widht\"");
    assertEquals(
        """
        checkpoint: there is no `config.width` in config.json
        config.width <- read here
        help: did you mean `config.widht`?
        checkpoint: config.json has a key that this section neither reads nor ignores
        net <- this section
        note: `widht` is 4; the section reads `width`, which is not there
        help: what changes what the model computes must be read or required; what does not: `ignore config.widht`
        """,
        error(MODEL + SECTION, misspelt, tensors()));
  }

  @Test
  void ofAnObjectEveryMemberIsAKey() {
    String section =
        SECTION.replace("kind = config.eps", "kind = config.rope.base else config.eps");
    String config =
        CONFIG.replace("\"eps\"", "\"rope\": {\"base\": 2.5, \"kind\": \"odd\"}, \"eps\"");
    assertTrue(error(MODEL + section, config, tensors()).contains("`rope.kind` is \"odd\""));
    CheckpointPlan plan =
        read(MODEL + section, config.replace(", \"kind\": \"odd\"", ""), tensors()).plan();
    assertEquals(2.5, plan.settings().get("kind"));
    assertEquals(1e-5, read(MODEL + section, CONFIG, tensors()).plan().settings().get("kind"));
  }

  @Test
  void oneOfTwoObjectsIsRead() {
    String section =
        SECTION.replace(
            "kind = config.eps", "kind = (config.old else config.new).base else config.eps");
    for (String key : List.of("old", "new")) {
      String config = CONFIG.replace("\"eps\"", "\"" + key + "\": {\"base\": 2.5}, \"eps\"");
      assertEquals(2.5, read(MODEL + section, config, tensors()).plan().settings().get("kind"));
      String odd = config.replace("2.5", "2.5, \"odd\": 3");
      assertTrue(error(MODEL + section, odd, tensors()).contains("`" + key + ".odd` is 3"));
    }
    assertEquals(1e-5, read(MODEL + section, CONFIG, tensors()).plan().settings().get("kind"));
  }

  @Test
  void listsAreRepeatedAndFloatsFloored() {
    String section =
        SECTION
            .replace("wide = config.inner else 2 * d", "wide = floor(d * config.part)")
            .replace("require", "require config.kinds == [\"a\", \"b\"] * (layers // 2)\nrequire");
    String config = CONFIG.replace("\"eps\"", "\"part\": 0.7, \"kinds\": [\"a\", \"b\"], \"eps\"");
    assertEquals(2L, read(MODEL + section, config, tensors()).plan().settings().get("wide"));
    String turned = config.replace("[\"a\", \"b\"]", "[\"b\", \"a\"]");
    assertTrue(error(MODEL + section, turned, tensors()).contains("`kinds` is [\"b\", \"a\"]"));
    assertTrue(error(MODEL + section, turned, tensors()).contains("`layers` is 2, from `depth`"));
    for (String times : List.of("-1", "1000000")) {
      String many = section.replace("(layers // 2)", times);
      assertTrue(error(MODEL + many, config, tensors()).contains("a list is repeated 0 … 50000"));
    }
    String huge = section.replace("d * config.part", "1e300");
    assertTrue(error(MODEL + huge, config, tensors()).contains("this is no int of 53 bits"));
    String sine = section.replace("floor(", "sin(");
    assertTrue(error(MODEL + sine, config, tensors()).contains("arithmetic, `floor`"));
  }

  @Test
  void whatTheModelDoesNotComputeIsRefusedByName() {
    assertEquals(
        """
        require: the model does not compute what this checkpoint needs
        require config.act == "relu" or config.act == "gelu" <- this must hold, and in config.json `act` is "swish"
        note: `net` reads only checkpoints for which all its `require` lines hold
        help: declare a variant of the model that computes this, with a checkpoint section of its own, and name its file with --xfm
        """,
        error(MODEL + SECTION, CONFIG.replace("relu", "swish"), tensors()));
  }

  @Test
  void theModelTypeChoosesTheSection() {
    String named =
        SECTION.replace(
            "checkpoint net {", "checkpoint net {\nrequire config.model_type == \"other\"");
    assertTrue(
        error(MODEL + named, CONFIG, tensors())
            .contains("no checkpoint section reads folders of model_type \"net\""));
    String config = CONFIG.replace("\"net\"", "\"other\"");
    assertEquals("net", read(MODEL + named, config, tensors()).plan().section().model().text());
    String unknown = error(MODEL + SECTION, CONFIG.replace("\"net\"", "\"nett\""), tensors());
    assertTrue(unknown.contains("is it a \"net\"?"), unknown);
    assertTrue(unknown.contains("config.json says so; there are sections for net"), unknown);
    assertTrue(
        error(MODEL + SECTION, CONFIG.replace("\"model_type\": \"net\",", ""), tensors())
            .contains("config.json names no model_type"));
  }

  @Test
  void linesThatCannotBeMeantAreErrors() {
    String pairs =
        SECTION.replace(
            "(left | right) = \"h.{l}.lr\" split 2 on columns",
            "(left | right) = \"h.{l}.(a | b | c)\"");
    assertTrue(
        error(MODEL + pairs, CONFIG, tensors())
            .contains("the alternatives of the path and of the text do not pair"));
    String letter = SECTION.replace("h.{l}.back", "h.{k}.back");
    assertTrue(
        error(MODEL + letter, CONFIG, tensors()).contains("nothing on the left is counted by `k`"));
    String parts = SECTION.replace("split 2", "split 4");
    assertTrue(
        error(MODEL + parts, CONFIG, tensors())
            .contains("the split makes 4 parts, and the path names 2"));
    String some = SECTION.replace("(left | right)", "(left | wrong)");
    assertTrue(
        error(MODEL + some, CONFIG, tensors())
            .contains("some parts of this split would be read by no weight"));
    String axis = SECTION.replace("on columns", "on depth");
    assertTrue(
        error(MODEL + axis, CONFIG, tensors())
            .contains("a tensor is split on `rows` or on `columns`"));
    String size = SECTION.replace("as [d, heads, d_k]", "as [d, heds, d_k]");
    assertTrue(error(MODEL + size, CONFIG, tensors()).contains("did you mean `heads`?"));
  }

  private static final String STACKED =
      SECTION.replace(
          "\"h.{l}.back\" transpose as [heads, d_k, d]",
          "\"h.{l}.heads.{h}.back\" transpose stack heads");

  private static Map<String, Tensor> heads() {
    Map<String, Tensor> heads = tensors();
    for (int l = 0; l < 2; l++) {
      heads.remove("h." + l + ".back");
      for (int h = 0; h < 2; h++) {
        heads.put("h." + l + ".heads." + h + ".back", counting(100 * l + 10 * h, 4, 2));
      }
    }
    return heads;
  }

  @Test
  void tensorsAreStacked() {
    Read read = read(MODEL + STACKED, CONFIG, heads());
    float[] expected = {
      100, 102, 104, 106, 101, 103, 105, 107, 110, 112, 114, 116, 111, 113, 115, 117
    };
    assertArrayEquals(expected, weight(read, read.bound().load(), "layer[1].pair.back"));
    assertEquals(
        List.of("h.1.heads.0.back", "h.1.heads.1.back"),
        read.bound().names().get("layer[1].pair.back"));
    String flat = Print.flat(read.graph(), read.plan().section(), read.plan().settings());
    assertTrue(flat.contains(" = \"h.1.heads.{h}.back\" transpose stack 2\n"), flat);
    String any = "checkpoint any { ignore config.(author | date) }";
    Read again = read(flat + any, CONFIG, heads());
    int w = read.graph().weights().size() - 1;
    assertEquals("layer[1].pair.back", read.graph().weights().get(w).value().path());
    assertArrayEquals(expected, weight(again, again.bound().load(), "w" + w));
    String after = STACKED.replace("transpose stack heads", "stack heads as [heads, d_k, d]");
    read = read(MODEL + after, CONFIG, heads());
    assertEquals(107, weight(read, read.bound().load(), "layer[1].pair.back")[7]);
  }

  @Test
  void aStackIsWholeAndOfOneShape() {
    Map<String, Tensor> wrong = heads();
    wrong.remove("h.0.heads.1.back");
    wrong.put("h.1.heads.1.back", counting(0, 2, 4));
    assertEquals(
        """
        checkpoint: the weights of the model and the tensors of the file do not match
        net <- read by this section
        note: the file has no tensor "h.0.heads.1.back" for `layer[0].pair.back` [heads 2, d_k 2, d 4]
        note: "h.1.heads.1.back" is [2, 4], and "h.1.heads.0.back", on which it is stacked, is [4, 2]
        """,
        error(MODEL + STACKED, CONFIG, wrong));
    assertTrue(
        error(MODEL + STACKED.replace("heads.{h}", "heads"), CONFIG, heads())
            .contains("a stack counts by one letter of the text that the path lacks"));
    assertTrue(
        error(MODEL + STACKED.replace("stack heads", "stack heads * 0"), CONFIG, heads())
            .contains("of parts there are 1 … 1000"));
    assertTrue(
        error(MODEL + STACKED.replace("split 2 on", "stack 3 split 2 on"), CONFIG, heads())
            .contains("a line splits a tensor or stacks some, once"));
  }

  @Test
  void oddWeightsAreWarnedOf() {
    Map<String, Tensor> odd = tensors();
    odd.put("gain", Tensor.ofFloats(new float[] {1, Float.NaN, Float.NEGATIVE_INFINITY, 0}, 4));
    assertEquals(
        List.of("the weight gain (\"gain\") has 2 elements that are infinite or not a number"),
        read(MODEL + SECTION, CONFIG, odd).bound().load().warnings());
  }

  @Test
  void integersAreNoWeights() {
    Map<String, Tensor> packed = tensors();
    packed.put("gain", Tensor.ofInts(new int[4], 4));
    assertTrue(
        error(MODEL + SECTION, CONFIG, packed)
            .contains("\"gain\" holds I32, and only float weights (F16, BF16, F32, F64) are read"));
  }

  @Test
  void elementsAreWidenedAndPutInOrder() {
    String model =
        """
        model net(x: [n, 6]) {
          weight flat: [6]
          weight tall: [3, 2]
          weight low: [6]
          return y[i, a] = x[i, a] * flat[a] * tall[a // 2, a % 2] * low[a]
        }
        checkpoint net {
          flat = "half" transpose as [6]
          tall = "brain" transpose as [3, 2]
          low = "double" as [6]
        }
        """;
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    short[] halves = new short[6];
    short[] brains = new short[6];
    for (int i = 0; i < 6; i++) {
      halves[i] = Float.floatToFloat16(i + 0.5f);
      brains[i] = (short) (Float.floatToIntBits(i - 3f) >>> 16);
    }
    tensors.put("half", new Tensor(DType.F16, new long[] {2, 3}, MemorySegment.ofArray(halves)));
    tensors.put("brain", new Tensor(DType.BF16, new long[] {2, 3}, MemorySegment.ofArray(brains)));
    tensors.put(
        "double",
        new Tensor(
            DType.F64,
            new long[] {3, 2},
            MemorySegment.ofArray(new double[] {0.1, 1, 2, 3, 4, 5})));
    Read read = read(model, "{\"model_type\": \"net\"}", tensors);
    BoundWeights.Loaded loaded = read.bound().load();
    assertArrayEquals(
        new float[] {0.5f, 3.5f, 1.5f, 4.5f, 2.5f, 5.5f}, weight(read, loaded, "flat"));
    assertArrayEquals(new float[] {-3, 0, -2, 1, -1, 2}, weight(read, loaded, "tall"));
    assertArrayEquals(new float[] {0.1f, 1, 2, 3, 4, 5}, weight(read, loaded, "low"));
  }
}
