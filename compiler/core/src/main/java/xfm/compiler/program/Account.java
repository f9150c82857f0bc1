package xfm.compiler.program;

import java.util.LinkedHashMap;
import java.util.Map;
import xfm.compiler.ir.Graph;
import xfm.runtime.io.JsonValue;

/** Stub. */
public record Account(Graph graph) {
  public long parameters() {
    long sum = 0;
    for (Graph.Weight weight : graph.weights()) {
      long product = 1;
      for (long size : Initials.shape(weight.value())) {
        product *= size;
      }
      sum += weight.constant() ? 0 : product;
    }
    return sum;
  }

  public String table(boolean colour) {
    return graph.name() + ": " + String.format("%,d", parameters()) + " parameters\n";
  }

  public JsonValue json() {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("model", new JsonValue.Text(graph.name()));
    members.put("parameters", new JsonValue.Int(parameters()));
    return new JsonValue.Obj(members);
  }
}
