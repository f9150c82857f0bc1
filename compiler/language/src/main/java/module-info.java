/**
 * The Truffle language: scripts, models as values of hosts, and what the command line is made of.
 */
module xfm.language {
  requires xfm.compiler;
  requires org.graalvm.polyglot;
  requires org.graalvm.truffle;

  provides com.oracle.truffle.api.provider.TruffleLanguageProvider with
      xfm.language.XfmLanguageProvider;
}
