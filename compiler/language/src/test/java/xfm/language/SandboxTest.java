package xfm.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.SandboxPolicy;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.io.FileSystem;
import org.graalvm.polyglot.io.IOAccess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the host does not allow does not happen, and is said. */
class SandboxTest {

  @Test
  void withoutFilesReadingIsRefused() {
    try (Session session = new Session(b -> b.allowIO(IOAccess.NONE))) {
      session.error("read(\"pom.xml\")", "error[file]", "does not let scripts use files");
      session.error("import \"masks.xfm\"", "error[file]");
      session.error("save([1], \"x.npy\")", "error[file]", "does not let scripts use files");
      assertEquals(3, session.eval("1 + 2").asInt());
    }
  }

  @Test
  void whereFilesCanOnlyBeReadNothingIsSaved(@TempDir Path folder) {
    IOAccess reading =
        IOAccess.newBuilder()
            .fileSystem(FileSystem.newReadOnlyFileSystem(FileSystem.newDefaultFileSystem()))
            .build();
    Path file = folder.resolve("x.npy");
    try (Session session = new Session(b -> b.allowIO(reading))) {
      session.error(
          "save([1], \"" + file + "\")", "error[file]", "does not let scripts write files");
      assertFalse(Files.exists(file));
    }
  }

  @Test
  void withoutHostAccessNoMethodIsReached() {
    try (Session session = new Session(b -> b.allowHostAccess(HostAccess.NONE))) {
      session.context.getBindings("xfm").putMember("host", new StringBuilder("ab"));
      session.error("host.reverse()", "error[name]", "has no `reverse`");
    }
  }

  @Test
  void runsUnderTheConstrainedPolicy() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Context context =
        Context.newBuilder("xfm")
            .sandbox(SandboxPolicy.CONSTRAINED)
            .option("engine.WarnInterpreterOnly", "false")
            .out(out)
            .err(out)
            .build()) {
      context.eval("xfm", "print(1 + 1)");
      assertEquals("2\n", out.toString(StandardCharsets.UTF_8));
    }
  }

  @Test
  void relativePathsAreRelativeToTheScript(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("notes.txt"), "héllo");
    Files.writeString(folder.resolve("script.xfm"), "read(\"notes.txt\")");
    Files.write(folder.resolve("broken.txt"), new byte[] {(byte) 0xC3});
    try (Session session = Session.allowingAll()) {
      Source script = Source.newBuilder("xfm", folder.resolve("script.xfm").toFile()).build();
      assertEquals("héllo", session.context.eval(script).asString());
      session.error("read(\"absent.txt\")", "error[file]", "there is no file", "looked for");
      session.error("read(\"" + folder + "\")", "error[file]", "cannot be read");
      session.error("read(\"" + folder.resolve("broken.txt") + "\")", "error[encoding]", "UTF-8");
    }
  }
}
