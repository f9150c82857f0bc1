package xfm.compiler.account;

import java.util.LinkedHashMap;
import java.util.Map;
import xfm.compiler.ir.Graph;
import xfm.runtime.io.JsonValue;

/** Stub. */
public record Account(Graph graph) {
  public static Account of(Graph graph) {
    return new Account(graph);
  }

  public long parameters() {
    long sum = 0;
    for (Graph.Weight weight : graph.weights()) {
      long product = 1;
      for (xfm.compiler.ir.Poly size : weight.value().shape()) {
        product *= size.constant().orElseThrow();
      }
      sum += weight.constant() ? 0 : product;
    }
    return sum;
  }

  public String table(int width) {
    return graph.name() + ": " + String.format("%,d", parameters()) + " parameters\n";
  }

  public JsonValue json() {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("model", new JsonValue.Text(graph.name()));
    members.put("parameters", new JsonValue.Int(parameters()));
    return new JsonValue.Obj(members);
  }
}
