/** Host programs: plain Java that drives xfm through Polyglot. */
module xfm.examples {
  requires org.graalvm.polyglot;
}
