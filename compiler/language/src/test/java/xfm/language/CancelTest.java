package xfm.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.junit.jupiter.api.Test;

/** A host can stop a script, whatever it does, and go on with the context if it wants. */
class CancelTest {
  private static final String LOOP = "started()\nwhile true { }";
  private static final String GENERATION =
      ModelTest.NEXT
          + "next().generate([0], max = 1000000000, slide = true, on = (t) -> started())";

  @Test
  void interruptsALoop() throws Exception {
    interrupts(LOOP);
    interrupts("started()\nfor i in range(1000000000000) { }");
  }

  @Test
  void interruptsAGeneration() throws Exception {
    interrupts(GENERATION);
  }

  @Test
  void closingStopsAGeneration() throws Exception {
    Session session = new Session();
    Running running = new Running(session, GENERATION);
    session.context.close(true);
    PolyglotException error = running.error();
    assertTrue(error.isCancelled(), error::toString);
    assertFalse(error.isInternalError());
  }

  private static void interrupts(String text) throws Exception {
    try (Session session = new Session()) {
      Running running = new Running(session, text);
      session.context.interrupt(Duration.ofSeconds(20));
      PolyglotException error = running.error();
      assertTrue(error.isInterrupted(), error::toString);
      assertFalse(error.isInternalError());
      assertEquals(3, session.eval("1 + 2").asInt());
    }
  }

  /** A text under way on a thread of its own. */
  private static final class Running {
    private final AtomicReference<Throwable> thrown = new AtomicReference<>();
    private final Thread thread;

    Running(Session session, String text) throws InterruptedException {
      CountDownLatch started = new CountDownLatch(1);
      session
          .context
          .getBindings("xfm")
          .putMember(
              "started",
              (ProxyExecutable)
                  a -> {
                    started.countDown();
                    return null;
                  });
      thread =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  session.eval(text);
                } catch (Throwable t) {
                  thrown.set(t);
                }
              });
      assertTrue(started.await(20, TimeUnit.SECONDS), "the text did not start");
    }

    PolyglotException error() throws InterruptedException {
      assertTrue(thread.join(Duration.ofSeconds(20)), "the text goes on");
      return (PolyglotException) thrown.get();
    }
  }
}
