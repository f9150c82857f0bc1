/** The command line and the REPL. Sees the language through Polyglot alone. */
module xfm.cli {
  requires info.picocli;
  requires java.logging;
  requires org.graalvm.polyglot;
  requires org.jline.reader;
  requires org.jline.terminal;

  opens xfm.cli to
      info.picocli; // picocli fills the fields that carry its annotations
}
