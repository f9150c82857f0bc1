/** The Truffle language: the scripting level, and the node that runs a plan. */
module xfm.language {
  requires xfm.compiler;
  requires org.graalvm.truffle;
}
