package xfm.compiler.plan;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.Product;

/** In which forms the steps of a plan read what is the same in all runs. */
final class Forms {
  private static final class Entry {
    boolean declared;
    final Set<PackingKey> packed = new LinkedHashSet<>();
  }

  private final Map<Value, Entry> entries = new IdentityHashMap<>();

  /**
   * @param same the weights, and what is made of them alone
   */
  Forms(Set<Value> same, List<Step> steps) {
    same.forEach(weight -> entries.put(weight, new Entry()));
    steps.forEach(this::add);
  }

  /** Whether the value is the same in all runs of the plan. */
  boolean isFixed(Value value) {
    return entries.containsKey(value);
  }

  /** Whether it is read in the order of its axes. */
  boolean isDeclared(Value weight) {
    return entries.get(weight).declared;
  }

  /** The packings in which products read it. */
  Set<PackingKey> packed(Value weight) {
    return entries.get(weight).packed;
  }

  /** What the packings of a value take. */
  long packedBytes(Value value) {
    return packed(value).stream().mapToLong(PackingKey::bytes).reduce(0, Math::addExact);
  }

  /** Those of both. */
  Forms and(Forms other) {
    Forms both = new Forms(Set.of(), List.of());
    for (Forms one : List.of(this, other)) {
      one.entries.forEach((value, entry) -> {
        Entry own = both.entries.computeIfAbsent(value, _ -> new Entry());
        own.declared |= entry.declared;
        own.packed.addAll(entry.packed);
      });
    }
    return both;
  }

  /** For people. */
  String text(Value weight) {
    List<String> forms = new ArrayList<>();
    if (isDeclared(weight)) {
      forms.add("as declared");
    }
    packed(weight).stream().map(key -> "packed " + key).sorted().forEach(forms::add);
    return forms.isEmpty() ? "not read" : String.join("; ", forms);
  }

  private void add(Step step) {
    switch (step) {
      case Step.Loop loop -> loop.operands().forEach(this::declared);
      case Step.Chain chain -> chain.loops().forEach(this::add);
      case Step.Attention attention ->
          attention.equations().forEach(equation -> Slots.reads(equation).forEach(this::declared));
      case Step.Multiply multiply -> multiply.outputs().forEach(this::add);
      case Step.Scan scan -> scan.body().forEach(this::add);
    }
  }

  private void add(Step.Output output) {
    output.epilogue().ifPresent(loop -> loop.operands().forEach(this::declared));
    for (Step.Factors factors : output.products()) {
      Product product = factors.product();
      declared(product.a().value());
      if (factors.packed()) {
        entries.get(product.b().value()).packed.add(PackingKey.of(product));
      } else {
        declared(product.b().value());
      }
    }
  }

  private void declared(Value value) {
    Entry entry = entries.get(value);
    if (entry != null) {
      entry.declared = true;
    }
  }
}
