/** The command line and the REPL. Sees the language through Polyglot alone. */
module xfm.cli {
  requires org.graalvm.polyglot;
  requires info.picocli;
  requires org.jline.reader;
  requires org.jline.terminal;
}
