package xfm.runtime.fuse;

/**
 * One loop of a nest.
 *
 * @param extent the int parameter that holds how often it runs; below 0 counts as 0
 * @param usual how often it mostly runs, where code that knows is worth having; 0 if unknown
 */
public record Loop(int extent, int usual) {
  /** A loop that runs now and again this often, now and again that. */
  public Loop(int extent) {
    this(extent, 0);
  }
}
