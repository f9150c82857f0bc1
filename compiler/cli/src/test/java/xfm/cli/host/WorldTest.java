package xfm.cli.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class WorldTest {
  private static final Terminals ALL = Terminals.of("012", "80");

  private static World world(Terminals terminals, Map<String, String> environment) {
    var nowhere = new PrintStream(OutputStream.nullOutputStream());
    return new World(
        InputStream.nullInputStream(),
        nowhere,
        nowhere,
        terminals,
        environment,
        List.of(),
        Path.of("/home/ada"));
  }

  @Test
  void colourIsForTerminalsOnly() {
    assertTrue(world(ALL, Map.of("TERM", "xterm")).colourOnErr());
    assertFalse(world(Terminals.of("01", ""), Map.of()).colourOnErr());
    assertTrue(world(Terminals.of("01", ""), Map.of()).colourOnOut());
    assertFalse(world(ALL, Map.of("NO_COLOR", "1")).colourOnErr());
    assertFalse(world(ALL, Map.of("TERM", "dumb")).colourOnErr());
    assertTrue(world(ALL, Map.of("NO_COLOR", "")).colourOnErr(), "empty counts as unset");
  }

  @Test
  void columnsAreTakenWhereTheyAreANumber() {
    assertEquals(OptionalInt.of(80), ALL.columns());
    for (String unknown : List.of("", "0", "wide", "-3", "99999999999")) {
      assertEquals(OptionalInt.empty(), Terminals.of("2", unknown).columns());
    }
  }

  @Test
  void stateGoesWhereTheUserKeepsIt() {
    assertEquals(Path.of("/home/ada/.local/state/xfm"), world(ALL, Map.of()).stateFolder());
    assertEquals(Path.of("/s/xfm"), world(ALL, Map.of("XDG_STATE_HOME", "/s")).stateFolder());
    assertEquals(
        Path.of("/home/ada/.local/state/xfm"),
        world(ALL, Map.of("XDG_STATE_HOME", "relative")).stateFolder());
  }

  @Test
  void aFailedWriteIsToldAndNotSwallowed() {
    var told = new ArrayList<String>();
    var full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    new PrintStream(new Standard(full, e -> told.add(e.getMessage()))).print("x");
    assertEquals(List.of("No space left on device"), told);
    assertTrue(Standard.isClosedPipe(new IOException("Broken pipe")));
    assertTrue(Standard.isClosedPipe(new IOException("Relais brisé (pipe)")));
    assertFalse(Standard.isClosedPipe(new IOException("No space left on device")));
    assertFalse(Standard.isClosedPipe(new IOException()));
  }
}
