package xfm.compiler.rewrite;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Value;

/** All passes, in order. */
public final class Passes {
  private Passes() {}

  /**
   * @param keep the values that must be there in the end besides the results
   */
  static SequencedMap<String, Pass> all(Set<Value> keep) {
    SequencedMap<String, Pass> all = new LinkedHashMap<>();
    all.put("renamed", new Renamed());
    all.put("wanted", new Unused(keep));
    all.put("attentions", new Attentions(keep));
    all.put("scans", new Scans());
    all.put("bands", new Bands());
    all.put("guarded", new Guarded());
    all.put("views", Views::apply);
    all.put("picks", new Picks());
    all.put("factors", Factors::apply);
    all.put("regrouped", Regrouped::apply);
    all.put("hoist", new Hoist());
    all.put("contractions", Contractions::apply);
    all.put("powers", new Powers());
    all.put("unused", new Unused(keep));
    all.put("inline", new Inline(keep));
    return all;
  }

  /** The graph as it is planned: all passes applied. */
  public static Graph lower(Graph graph, Set<Value> keep) {
    return applied(all(keep), graph);
  }

  /** The graph as it is counted: every place of a reduction, whatever leaves it out. */
  static Graph whole(Graph graph) {
    SequencedMap<String, Pass> passes = all(Set.of());
    passes.remove("bands");
    return applied(passes, graph);
  }

  private static Graph applied(SequencedMap<String, Pass> passes, Graph graph) {
    Graph lowered = graph;
    for (Pass pass : passes.values()) {
      lowered = pass.apply(lowered);
    }
    return lowered;
  }

  /** The graph before the first pass and after each, by the name of the pass. */
  public static SequencedMap<String, Graph> stages(Graph graph, Set<Value> keep) {
    SequencedMap<String, Graph> stages = new LinkedHashMap<>();
    stages.put("start", graph);
    Graph lowered = graph;
    for (Map.Entry<String, Pass> pass : all(keep).entrySet()) {
      lowered = pass.getValue().apply(lowered);
      stages.put(pass.getKey(), lowered);
    }
    return stages;
  }
}
