package xfm.compiler.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.Attention;
import xfm.compiler.rewrite.Product;

/** A plan as a table for people. */
final class PlanText {
  private final Plan plan;

  PlanText(Plan plan) {
    this.plan = plan;
  }

  @Override
  public String toString() {
    List<List<String>> rows = new ArrayList<>();
    int number = 0;
    rows.add(List.of("step", "value", "in memory", "kernel", "FLOPs", "bytes", "buffer"));
    for (Step step : plan.steps()) {
      switch (step) {
        case Step.Loop _, Step.Multiply _, Step.Attention _ ->
            rows.add(row(Integer.toString(++number), step, ""));
        case Step.Scan scan -> {
          String each = "for each of " + scan.recurrence().extent();
          String order = scan.recurrence().ascending() ? ": " : ", last first: ";
          String name = Integer.toString(++number);
          for (Step member : scan.body()) {
            rows.add(row(name, member, each + order));
          }
        }
      }
    }
    StringBuilder text = new StringBuilder(table(rows));
    text.append("\nFLOPs in all: ").append(plan.flops()).append("\n\n");
    weights(text);
    buffers(text);
    return text.toString();
  }

  private List<String> row(String number, Step step, String times) {
    Value target = step.equation().target();
    return List.of(
        number,
        plan.lowered().seenAs(target),
        shape(target),
        times + kernel(step),
        step.flops().toString(),
        bytes(step).toString(),
        Integer.toString(plan.buffer(target)));
  }

  /** As it lies in memory: the outermost axis first. */
  private String shape(Value value) {
    return plan.layout(value).order().stream()
        .map(axis -> value.shape().get(axis).toString())
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String kernel(Step step) {
    return switch (step) {
      case Step.Loop loop -> "loop of " + loop.nest().axes().size();
      case Step.Multiply(var _, Product product, boolean packed, var _) ->
          "product "
              + (product.batch().isEmpty() ? "" : sizes(product.batch()) + " of ")
              + sizes(product.rows())
              + " × "
              + sizes(product.inner())
              + " × "
              + sizes(product.columns())
              + (packed ? ", packed" : "");
      case Step.Attention(var _, Attention attention, ScoreLoops functions, var _) ->
          "attention "
              + (attention.batch().isEmpty() ? "" : sizes(attention.batch()) + " of ")
              + attention.row().size()
              + " × "
              + sizes(attention.inner())
              + " × "
              + attention.key().size()
              + " × "
              + sizes(attention.columns())
              + (attention.where().isPresent() ? ", masked" : "")
              + (functions.score().isPresent() ? ", scored" : "");
      case Step.Scan scan -> throw new IllegalStateException("a row each: " + scan.body());
    };
  }

  private static String sizes(List<Atom.Index> indices) {
    return indices.isEmpty()
        ? "1"
        : indices.stream()
            .map(index -> index.size().toString())
            .collect(Collectors.joining(", ", "(", ")"));
  }

  private static Poly bytes(Step step) {
    Set<Value> values = new LinkedHashSet<>();
    switch (step) {
      case Step.Loop loop -> values.addAll(loop.operands());
      case Step.Multiply multiply -> {
        values.add(multiply.equation().target());
        values.add(multiply.product().a().value());
        values.add(multiply.product().b().value());
      }
      case Step.Attention attention -> {
        values.add(attention.equation().target());
        values.addAll(Slots.reads(attention.equation()));
      }
      case Step.Scan scan -> throw new IllegalStateException("a row each: " + scan.body());
    }
    return values.stream().map(Slots::bytes).reduce(Poly.ZERO, Poly::plus);
  }

  private void weights(StringBuilder text) {
    for (Graph.Weight weight : plan.lowered().weights()) {
      Set<String> forms = new TreeSet<>();
      for (Step step : plan.steps()) {
        forms(step, weight.value(), forms);
      }
      text.append("weight ").append(weight.value().path()).append(' ');
      text.append(weight.value().shape()).append(": ");
      text.append(forms.isEmpty() ? "not read" : String.join("; ", forms)).append('\n');
    }
  }

  private static void forms(Step step, Value weight, Set<String> forms) {
    switch (step) {
      case Step.Loop loop -> {
        if (loop.operands().contains(weight)) {
          forms.add("as declared");
        }
      }
      case Step.Attention attention -> {
        if (Slots.reads(attention.equation()).contains(weight)) {
          forms.add("as declared");
        }
      }
      case Step.Multiply multiply -> {
        Product product = multiply.product();
        if (product.a().value() == weight || !multiply.packed() && product.b().value() == weight) {
          forms.add("as declared");
        }
        if (multiply.packed() && product.b().value() == weight) {
          forms.add("packed " + PackingKey.of(product));
        }
      }
      case Step.Scan scan -> scan.body().forEach(member -> forms(member, weight, forms));
    }
  }

  private void buffers(StringBuilder text) {
    for (int buffer = 0; buffer < plan.buffers().size(); buffer++) {
      Map<String, Long> sizes =
          plan.buffers().get(buffer).stream()
              .map(value -> Slots.bytes(value).toString())
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
