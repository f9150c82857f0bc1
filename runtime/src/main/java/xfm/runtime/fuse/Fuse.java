package xfm.runtime.fuse;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import xfm.runtime.kernel.Kernels;

/**
 * Compiles loop nests to bytecode, each different one once: 96 equal layers share one kernel. Safe
 * for use by several threads.
 */
public final class Fuse {
  private final Map<Graph.Key, LoopKernel> kernels = new ConcurrentHashMap<>();
  private final Map<Graph.Key, TileKernel> tiles = new ConcurrentHashMap<>();

  private final int lanes;

  /** A compiler that has compiled nothing yet; its loops use vectors if {@code kernels} do. */
  public Fuse(Kernels kernels) {
    this.lanes = kernels.lanes();
  }

  /**
   * A kernel that C2 can compile; gives the same bits as {@link #interpret}.
   *
   * @throws IllegalArgumentException if an axis is not in scope, or the nest is so large that it
   *     cannot be cut into methods that HotSpot compiles
   */
  public LoopKernel compile(LoopNest nest) {
    Graph graph = new Graph(nest);
    return kernels.computeIfAbsent(graph.key(), _ -> define(emit(graph)));
  }

  /**
   * The same for a nest whose slot 0, floats, is an array.
   *
   * @throws IllegalArgumentException as {@link #compile}, and if slot 0 holds anything but floats
   *     or is not what the nest stores
   */
  public TileKernel compileTile(LoopNest nest) {
    Graph graph = new Graph(nest, true);
    return tiles.computeIfAbsent(graph.key(), _ -> (TileKernel) made(emit(graph)));
  }

  private byte[] emit(Graph graph) {
    return NestEmitter.emit(graph, new VectorPlan(graph, lanes));
  }

  /**
   * What {@link #compile} makes of a nest.
   *
   * @param lanes floats of a vector
   */
  public static LoopForm form(LoopNest nest, int lanes) {
    Graph graph = new Graph(nest);
    VectorPlan plan = NestEmitter.emitted(graph, new VectorPlan(graph, lanes)).plan();
    if (plan.isNest()) {
      return LoopForm.INNERMOST;
    }
    return plan.isSorted() ? LoopForm.SORTED : plan.hasFolds() ? LoopForm.FOLDS : LoopForm.SCALAR;
  }

  /**
   * Whether rows of the innermost axis are best left whole: each piece of one would add what comes
   * before it, or sort all of it.
   */
  public static boolean carries(LoopNest nest) {
    Graph graph = new Graph(nest);
    return !RunningSums.all(graph).isEmpty() || !Ranks.all(graph).isEmpty();
  }

  /**
   * The readable twin.
   *
   * @throws IllegalArgumentException if an axis is not in scope
   */
  public static LoopKernel interpret(LoopNest nest) {
    return new LoopInterpreter(nest);
  }

  static LoopKernel define(byte[] bytes) {
    return (LoopKernel) made(bytes);
  }

  private static Object made(byte[] bytes) {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup().defineHiddenClass(bytes, true);
      MethodType none = MethodType.methodType(void.class);
      return lookup.findConstructor(lookup.lookupClass(), none).invoke();
    } catch (Throwable e) {
      throw new IllegalStateException("a generated loop kernel was refused by the JVM", e);
    }
  }
}
