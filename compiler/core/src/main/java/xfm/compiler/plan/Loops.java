package xfm.compiler.plan;

import java.util.IdentityHashMap;
import java.util.Map;
import xfm.runtime.fuse.Fuse;
import xfm.runtime.fuse.LoopKernel;
import xfm.runtime.fuse.LoopNest;
import xfm.runtime.fuse.TileKernel;
import xfm.runtime.kernel.Kernels;

/** The kernels of generated loops, each compiled when it is first asked for. */
final class Loops {
  private final Fuse fuse;
  private final Map<LoopNest, LoopKernel> loops = new IdentityHashMap<>();
  private final Map<LoopNest, TileKernel> tiles = new IdentityHashMap<>();

  Loops(Kernels kernels) {
    fuse = new Fuse(kernels);
  }

  LoopKernel kernel(LoopNest nest) {
    return loops.computeIfAbsent(nest, fuse::compile);
  }

  /** That of a nest whose slot 0 is an array. */
  TileKernel tile(LoopNest nest) {
    return tiles.computeIfAbsent(nest, fuse::compileTile);
  }
}
