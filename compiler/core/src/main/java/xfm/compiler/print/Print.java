package xfm.compiler.print;

import java.util.Map;
import xfm.compiler.ast.Item;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;

/** What {@code xfm dump} shows of a graph. */
public final class Print {
  private Print() {}

  /** A listing to read: inputs, weights, and every equation with its path and its sizes. */
  public static String graph(Graph graph) {
    return GraphText.of(graph);
  }

  /** An integer of one of its equations. */
  public static String whole(Graph graph, Poly integer) {
    return GraphText.of(graph, integer);
  }

  /**
   * The whole model as one declaration of the language, without a telling name in it: blocks and
   * functions inlined, layers written out, every sum explicit, every index with its size. Read
   * back, it is the same graph. (Under what name an axis was declared is lost with the other
   * names.)
   */
  public static String flat(Graph graph) {
    return FlatText.of(graph);
  }

  /**
   * The same with the section that reads its weights.
   *
   * @param settings the value of every setting of the section, as the graph was made with
   * @throws IllegalArgumentException if one is not given
   * @throws xfm.compiler.diag.XfmException if a line of the section is wrong
   */
  public static String flat(Graph graph, Item.Checkpoint section, Map<String, Object> settings) {
    return FlatText.of(graph) + "\n" + FlatSection.of(graph, section, settings);
  }
}
