/**
 * Owns random numbers: {@link xfm.runtime.random.CounterRandom} gives the number at a place, {@code
 * Philox} is the function beneath it. Imports {@code xfm.runtime.kernel} only.
 */
package xfm.runtime.random;
