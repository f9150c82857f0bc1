package xfm.language.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Graph;
import xfm.compiler.program.Model;
import xfm.language.value.Sequence;
import xfm.language.value.Values;
import xfm.language.value.XfmList;
import xfm.language.value.XfmRecord;
import xfm.runtime.tensor.Tensor;

/**
 * What a model is run over: one sequence, or a batch of several. A batch is a list of what one
 * sequence may be, or a record in which each input has a list of as many: {@code [[1, 2], [3]]},
 * {@code ["a", "b c"]}, {@code {source: [[1, 2], [3]], target: [[0], [0]]}}.
 *
 * @param sequences for each the inputs by their names
 * @param batch whether there is a result for each, in a list
 */
record Given(List<Map<String, Tensor>> sequences, boolean batch) {

  /**
   * @throws XfmException if something is unknown, of the wrong kind, or the inputs of a batch
   *     differ in number; a note says in which sequence
   */
  static Given of(Model model, Object given) {
    Optional<XfmRecord> record = Values.record(given);
    Optional<List<Object>> items =
        record.isPresent() ? records(model, record.get()) : list(model, given);
    if (items.isEmpty()) {
      return new Given(List.of(ModelInputs.of(model, given)), false);
    }
    List<Map<String, Tensor>> sequences = new ArrayList<>();
    for (Object item : items.get()) {
      try {
        sequences.add(ModelInputs.of(model, item));
      } catch (XfmException e) {
        throw e.note("in sequence " + sequences.size() + " of the batch, counted from 0");
      }
    }
    return new Given(sequences, true);
  }

  /** What is made of the results and inputs of the one sequence, or a list of that of all. */
  Object each(
      List<Map<String, Tensor>> results,
      BiFunction<Map<String, Tensor>, Map<String, Tensor>, Object> value) {
    List<Object> values = new ArrayList<>();
    for (int s = 0; s < results.size(); s++) {
      values.add(value.apply(results.get(s), sequences.get(s)));
    }
    return batch ? XfmList.of(values) : values.getFirst();
  }

  /** The items of a list of sequences; nothing if it is one sequence. */
  private static Optional<List<Object>> list(Model model, Object given) {
    Optional<Sequence> list = Values.sequence(given);
    if (list.isEmpty() || list.get().size() == 0) {
      return Optional.empty();
    }
    List<Graph.Input> inputs = model.graph().inputs();
    boolean batch =
        Values.record(list.get().get(0)).isPresent()
            || inputs.size() == 1 && isBatch(inputs.getFirst(), list.get());
    return batch ? Optional.of(items(list.get())) : Optional.empty();
  }

  private static boolean isBatch(Graph.Input input, Sequence list) {
    return list.size() > 0 && list.get(0) instanceof String
        || depth(list) > input.value().shape().size();
  }

  private static List<Object> items(Sequence list) {
    List<Object> items = new ArrayList<>();
    for (long i = 0; i < list.size(); i++) {
      items.add(list.get(i));
    }
    return items;
  }

  /** How many lists stand around a number, as the first items have it. */
  private static int depth(Object value) {
    int depth = 0;
    Optional<Sequence> list = Values.sequence(value);
    while (list.isPresent()) {
      depth++;
      list = list.get().size() == 0 ? Optional.empty() : Values.sequence(list.get().get(0));
    }
    return depth;
  }

  /** A record of lists of sequences as a list of records; nothing if it holds one sequence. */
  private static Optional<List<Object>> records(Model model, XfmRecord record) {
    Map<String, List<Object>> lists = new LinkedHashMap<>();
    for (Graph.Input input : model.graph().inputs()) {
      Optional.ofNullable(record.fields().get(input.name()))
          .flatMap(Values::sequence)
          .filter(list -> isBatch(input, list))
          .ifPresent(list -> lists.put(input.name(), items(list)));
    }
    if (lists.isEmpty()) {
      return Optional.empty();
    }
    int size = lists.values().iterator().next().size();
    List<String> counts = new ArrayList<>();
    boolean equal = true;
    for (String name : record.fields().keySet()) {
      List<Object> list = lists.get(name);
      equal &= list != null && list.size() == size;
      counts.add("`" + name + "` " + (list == null ? "is one" : "has " + list.size()));
    }
    if (!equal) {
      throw Diagnostic.of(Code.INPUT, "the inputs of a batch are not equally many")
          .note("of sequences, " + String.join(", ", counts))
          .help("give each input a list of as many sequences")
          .raise();
    }
    List<Object> records = new ArrayList<>();
    for (int s = 0; s < size; s++) {
      LinkedHashMap<String, Object> fields = new LinkedHashMap<>();
      for (Map.Entry<String, List<Object>> list : lists.entrySet()) {
        fields.put(list.getKey(), list.getValue().get(s));
      }
      records.add(new XfmRecord(fields));
    }
    return Optional.of(records);
  }
}
