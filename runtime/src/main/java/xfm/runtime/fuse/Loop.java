package xfm.runtime.fuse;

/**
 * One loop of a nest.
 *
 * @param extent the int parameter that holds how often it runs; below 0 counts as 0
 */
public record Loop(int extent) {}
