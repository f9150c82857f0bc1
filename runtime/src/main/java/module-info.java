/** Tensors and kernels. Knows no source text, no names of models, no Truffle. */
module xfm.runtime {
  requires static jdk.incubator.vector;
  requires com.fasterxml.jackson.core;

  exports xfm.runtime.tensor;
  exports xfm.runtime.exec;
  exports xfm.runtime.fuse;
  exports xfm.runtime.io;
  exports xfm.runtime.kernel;
  exports xfm.runtime.kernel.attention;
  exports xfm.runtime.kernel.contract;
  exports xfm.runtime.random;
  exports xfm.runtime.text;
}
