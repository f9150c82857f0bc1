/** The readable twin of each kernel: its specification, and what runs without the Vector API. */
package xfm.runtime.kernel.scalar;
