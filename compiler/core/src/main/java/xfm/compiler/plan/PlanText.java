package xfm.compiler.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.Attention;
import xfm.compiler.rewrite.Product;
import xfm.compiler.rewrite.Route;
import xfm.compiler.rewrite.SharedScores;
import xfm.runtime.fuse.Fuse;
import xfm.runtime.fuse.LoopNest;

/** A plan as a table for people. */
final class PlanText {
  /** Floats of the widest vectors that kernels use, whatever this machine has. */
  private static final int LANES = 16;

  private final Plan plan;
  private final Map<Atom.Symbol, Long> lengths;
  private final List<String> remarks;

  /**
   * @param lengths those for which numbers are given; of none, polynomials
   * @param remarks lines below the steps
   */
  PlanText(Plan plan, Map<Atom.Symbol, Long> lengths, List<String> remarks) {
    this.plan = plan;
    this.lengths = lengths;
    this.remarks = remarks;
  }

  @Override
  public String toString() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("step", "value", "in memory", "batch", "kernel", "FLOPs", "bytes", "buffer"));
    int once = plan.before().map(before -> steps(before, 0, rows)).orElse(0);
    steps(plan, once, rows);
    StringBuilder text = new StringBuilder(table(rows));
    text.append("\nFLOPs in all").append(atLengths()).append(": ").append(number(plan.flops()));
    plan.before().ifPresent(b -> text.append(", and once: ").append(number(b.flops())));
    text.append("\n\n");
    remarks.forEach(remark -> text.append(remark).append('\n'));
    text.append(remarks.isEmpty() ? "" : "\n");
    forms(text);
    buffers(text);
    peak(text);
    return text.toString();
  }

  /** Adds a row for each value; returns the number of the last step. */
  private int steps(Plan of, int before, List<List<String>> rows) {
    int number = before;
    for (Step step : of.steps()) {
      switch (step) {
        case Step.Loop _, Step.Multiply _, Step.Attention _ ->
            row(Integer.toString(++number), of.times(step), step, "", rows);
        case Step.Chain chain -> chain(Integer.toString(++number), of, chain, rows);
        case Step.Scan scan -> {
          String each = "for each of " + size(scan.recurrence().extent());
          String order = scan.recurrence().ascending() ? ": " : ", last first: ";
          String name = Integer.toString(++number);
          for (Step member : scan.body()) {
            row(name, of.times(scan), member, each + order, rows);
          }
        }
      }
    }
    return number;
  }

  /**
   * A row for each value that a step makes.
   *
   * @param often how often it runs, or the recurrence that it is of
   */
  private void row(String number, Times often, Step step, String times, List<List<String>> rows) {
    String batch = often.word;
    switch (step) {
      case Step.Loop loop ->
          row(
              number,
              batch,
              loop.equation(),
              times + loop(loop),
              loop.flops(),
              bytes(loop.operands()),
              buffer(loop.equation().target()),
              rows);
      case Step.Attention a -> {
        for (int e = 0; e < a.equations().size(); e++) {
          Equation equation = a.equations().get(e);
          row(
              number,
              batch,
              equation,
              times + attention(a, e),
              a.work().get(e),
              bytes(values(equation)),
              buffer(equation.target()),
              rows);
        }
      }
      case Step.Multiply multiply -> {
        for (Step.Output o : multiply.outputs()) {
          row(
              number,
              batch,
              o.equation(),
              times + products(o),
              o.flops(),
              bytes(values(o.equation())),
              buffer(o.equation().target()),
              rows);
        }
      }
      case Step.Chain _, Step.Scan _ -> throw new IllegalStateException("a row each: " + step);
    }
  }

  /**
   * What is read or made at the row comes from memory, or goes there, once; what is inside never.
   */
  private void chain(String number, Plan of, Step.Chain chain, List<List<String>> rows) {
    Set<Value> there = Plan.identities(List.of());
    there.addAll(chain.inside().keySet());
    for (Step.Loop loop : chain.loops()) {
      List<Value> moved = loop.operands().stream().filter(v -> !there.contains(v)).toList();
      Value target = loop.equation().target();
      row(
          number,
          of.times(chain).word,
          loop.equation(),
          "chained " + loop(loop),
          loop.flops(),
          bytes(moved),
          chain.inside().containsKey(target) ? "inside" : buffer(target),
          rows);
      moved.stream().filter(chain.atRow()::contains).forEach(there::add);
    }
  }

  private String buffer(Value value) {
    boolean once = plan.before().filter(before -> before.hasBuffer(value)).isPresent();
    return plan.isPrepared(value)
        ? "kept"
        : Integer.toString((once ? plan.before().get() : plan).buffer(value));
  }

  private static Poly bytes(List<Value> values) {
    return values.stream().map(Slots::bytes).reduce(Poly.ZERO, Poly::plus);
  }

  private void row(
      String number,
      String batch,
      Equation equation,
      String kernel,
      Poly flops,
      Poly bytes,
      String buffer,
      List<List<String>> rows) {
    Value target = equation.target();
    rows.add(
        List.of(
            number,
            plan.lowered().seenAs(target),
            shape(target),
            batch,
            kernel,
            number(flops),
            number(bytes),
            buffer));
  }

  /** What an equation makes, and what it reads. */
  private static List<Value> values(Equation equation) {
    Set<Value> values = new LinkedHashSet<>(List.of(equation.target()));
    values.addAll(Slots.reads(equation));
    return List.copyOf(values);
  }

  /** As it lies in memory: the outermost axis first. */
  private String shape(Value value) {
    return plan.layout(value).order().stream()
        .map(axis -> size(value.shape().get(axis)))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String loop(Step.Loop loop) {
    return "loop of " + loop.nest().axes().size() + form(loop.nest());
  }

  /** What runs on vectors: the last axis in memory, folds along their own axes, or nothing. */
  private static String form(LoopNest nest) {
    return switch (Fuse.form(nest, LANES)) {
      case INNERMOST -> " on vectors";
      case FOLDS -> ", folds on vectors";
      case SORTED -> ", sorted";
      case SCALAR -> ", scalar";
    };
  }

  private String products(Step.Output output) {
    String products =
        output.products().stream().map(this::product).collect(Collectors.joining(" and "));
    return products + output.epilogue().map(loop -> ", then a loop" + form(loop.nest())).orElse("");
  }

  private String product(Step.Factors factors) {
    Product product = factors.product();
    return "product "
        + (product.batch().isEmpty() ? "" : sizes(product.batch()) + " of ")
        + sizes(product.rows())
        + " × "
        + sizes(product.inner())
        + " × "
        + sizes(product.columns())
        + (factors.packed() ? ", packed" : "")
        + product.route().map(route -> ", one of " + matrices(product, route) + " each").orElse("");
  }

  private String matrices(Product product, Route route) {
    return size(
        product.b().value().shape().subList(route.axis(), route.axis() + route.axes()).stream()
            .reduce(Poly.ONE, Poly::times));
  }

  private String attention(Step.Attention step, int equation) {
    SharedScores shared = step.shared();
    int total = equation - shared.sums().size();
    if (total >= 0) {
      return "the scores' " + shared.totals().get(total).op().word;
    }
    Attention attention = step.attention();
    return "attention "
        + (attention.batch().isEmpty() ? "" : sizes(attention.batch()) + " of ")
        + factor(attention.row().size())
        + " × "
        + sizes(attention.inner())
        + " × "
        + factor(attention.key().size())
        + " × "
        + sizes(shared.sums().get(equation).columns())
        + (attention.where().isPresent() ? ", masked" : "")
        + (step.functions().score().isPresent() ? ", scored" : "");
  }

  private String sizes(List<Atom.Index> indices) {
    return indices.isEmpty()
        ? "1"
        : indices.stream()
            .map(index -> size(index.size()))
            .collect(Collectors.joining(", ", "(", ")"));
  }

  /** What is the same in all runs, as it is read. */
  private void forms(StringBuilder text) {
    Forms forms = plan.before().map(b -> plan.forms().and(b.forms())).orElse(plan.forms());
    for (Graph.Weight weight : plan.lowered().weights()) {
      text.append("weight ").append(weight.value().path()).append(' ');
      text.append(weight.value().shape()).append(": ");
      text.append(forms.text(weight.value())).append('\n');
    }
    for (Equation equation : plan.lowered().equations()) {
      Value value = equation.target();
      if (plan.isPrepared(value)) {
        text.append("kept ").append(plan.lowered().seenAs(value)).append(' ');
        text.append(value.shape()).append(": ");
        text.append(plan.forms().text(value)).append('\n');
      }
    }
  }

  private void buffers(StringBuilder text) {
    List<List<Value>> once = plan.before().map(Plan::buffers).orElse(List.of());
    for (int buffer = 0; buffer < Math.max(once.size(), plan.buffers().size()); buffer++) {
      int at = buffer;
      Map<String, Long> sizes =
          Stream.of(once, plan.buffers())
              .flatMap(values -> at < values.size() ? values.get(at).stream() : Stream.of())
              .map(value -> number(Slots.bytes(value)))
              .collect(
                  Collectors.groupingBy(size -> size, LinkedHashMap::new, Collectors.counting()));
      text.append("buffer ").append(buffer).append(": ");
      text.append(
          sizes.entrySet().stream()
              .map(e -> e.getKey() + (e.getValue() == 1 ? "" : " (" + e.getValue() + " values)"))
              .collect(Collectors.joining("; ")));
      text.append(" bytes\n");
    }
  }

  /** What a run takes where each length is at its bound, if each has one; and what precedes it. */
  private void peak(StringBuilder text) {
    Map<Atom.Symbol, Long> longest = lengths.isEmpty() ? plan.lowered().longest() : lengths;
    if (!longest.keySet().containsAll(plan.lowered().lengths())) {
      return;
    }
    String at = lengths.isEmpty() ? "at most" + list(", ", longest) : list("for ", lengths);
    peak(at, plan, longest, text);
    plan.before().ifPresent(before -> peak("before the first run", before, Map.of(), text));
  }

  private void peak(String when, Plan of, Map<Atom.Symbol, Long> longest, StringBuilder text) {
    text.append(when).append(": ");
    try {
      Batch batch = new Batch(of, List.of(longest));
      long values = Arrays.stream(batch.bufferBytes()).reduce(0, Math::addExact);
      long packed = 0;
      for (Graph.Weight weight : of.lowered().weights()) {
        packed = Math.addExact(packed, of.forms().packedBytes(weight.value()));
      }
      long kept = Prepared.bytes(plan);
      text.append(
          "values %,d bytes, packed weights %,d,%s results %,d; besides, scratch of kernels\n"
              .formatted(
                  values,
                  packed,
                  kept == 0 ? "" : " kept %,d,".formatted(kept),
                  batch.resultBytes()));
    } catch (ArithmeticException _) {
      text.append("more memory than can be counted\n");
    }
  }

  private String atLengths() {
    return list(" for ", lengths);
  }

  private static String list(String before, Map<Atom.Symbol, Long> lengths) {
    return lengths.isEmpty()
        ? ""
        : lengths.entrySet().stream()
            .map(length -> length.getKey() + " = " + length.getValue())
            .collect(Collectors.joining(", ", before, ""));
  }

  /** For the lengths that are known. */
  private String number(Poly poly) {
    return lengths.isEmpty() ? poly.toString() : at(poly, "%,d"::formatted);
  }

  /** The same of an axis. */
  private String size(Poly poly) {
    return at(poly, Object::toString);
  }

  /** The same as one of several that stand between × signs. */
  private String factor(Poly poly) {
    String size = size(poly);
    return size.contains(" + ") || size.contains(" - ") ? "(" + size + ")" : size;
  }

  private String at(Poly poly, Function<Long, String> number) {
    try {
      Poly put = poly.at(lengths);
      return put.constant().isPresent() ? number.apply(put.constant().getAsLong()) : put.toString();
    } catch (ArithmeticException _) {
      return "beyond counting";
    }
  }

  private static String table(List<List<String>> rows) {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < widths.length; c++) {
        line.append(row.get(c)).repeat(' ', widths[c] - row.get(c).length() + 2);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
