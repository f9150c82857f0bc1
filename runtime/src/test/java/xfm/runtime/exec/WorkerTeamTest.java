package xfm.runtime.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerTeamTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void everyTaskRunsOnceInEachOfTenThousandRuns(int threads) {
    try (WorkerTeam team = new WorkerTeam(threads)) {
      int[] counts = new int[17]; // Plain: a run must publish what its tasks wrote.
      for (int run = 1; run <= 10_000; run++) {
        int tasks = run % 18;
        team.run(tasks, (task, worker) -> counts[task]++);
        for (int task = 0; task < tasks; task++) {
          assertEquals(1, counts[task]);
          counts[task] = 0;
        }
      }
    }
  }

  @Test
  void workersAreNumberedAndNeverShareANumberAtOnce() {
    try (WorkerTeam team = new WorkerTeam(3)) {
      AtomicIntegerArray busy = new AtomicIntegerArray(3);
      AtomicInteger clashes = new AtomicInteger();
      team.run(
          5_000,
          (task, worker) -> {
            clashes.addAndGet(busy.getAndIncrement(worker));
            busy.decrementAndGet(worker);
          });
      assertEquals(0, clashes.get());
    }
  }

  @Test
  void allWorkersTakePart() {
    try (WorkerTeam team = new WorkerTeam(3)) {
      CountDownLatch together = new CountDownLatch(3);
      team.run(
          3,
          (task, worker) -> {
            together.countDown();
            await(together); // Ends only if three tasks are under way at once.
          });
      assertEquals(0, together.getCount());
    }
  }

  @Test
  void parkedWorkersWakeUp() throws InterruptedException {
    try (WorkerTeam team = new WorkerTeam(2)) {
      for (int i = 0; i < 5; i++) {
        Thread.sleep(5); // Well past the time that workers spin.
        CountDownLatch together = new CountDownLatch(2);
        team.run(
            2,
            (task, worker) -> {
              together.countDown();
              await(together);
            });
      }
    }
  }

  @Test
  void whatATaskThrowsReachesTheCallerAfterAllHaveStopped() {
    try (WorkerTeam team = new WorkerTeam(2)) {
      RuntimeException thrown = new RuntimeException("task 1");
      AtomicInteger running = new AtomicInteger();
      CountDownLatch together = new CountDownLatch(2);
      RuntimeException caught =
          assertThrows(
              RuntimeException.class,
              () ->
                  team.run(
                      1_000,
                      (task, worker) -> {
                        running.incrementAndGet();
                        try {
                          if (task < 2) {
                            together.countDown();
                            await(together);
                          }
                          if (worker == 1) {
                            throw thrown;
                          }
                        } finally {
                          running.decrementAndGet();
                        }
                      }));
      assertSame(thrown, caught);
      assertEquals(0, running.get());
      AtomicInteger after = new AtomicInteger();
      team.run(10, (task, worker) -> after.incrementAndGet());
      assertEquals(10, after.get());
    }
  }

  @Test
  void errorsAreRethrownToo() {
    try (WorkerTeam team = new WorkerTeam(2)) {
      assertThrows(
          StackOverflowError.class,
          () ->
              team.run(
                  4,
                  (task, worker) -> {
                    throw new StackOverflowError();
                  }));
    }
  }

  @Test
  void cancellingStopsBetweenTasks() {
    Cancellation cancellation = new Cancellation();
    try (WorkerTeam team = new WorkerTeam(2, cancellation)) {
      AtomicInteger ran = new AtomicInteger();
      assertThrows(
          CancelledException.class,
          () ->
              team.run(
                  100_000,
                  (task, worker) -> {
                    if (ran.incrementAndGet() == 10) {
                      cancellation.cancel();
                    }
                  }));
      assertTrue(ran.get() <= 11, () -> ran + " tasks ran, but at most one more was under way");
      assertThrows(CancelledException.class, () -> team.run(1, (task, worker) -> ran.set(-1)));
      assertFalse(ran.get() == -1);
      cancellation.reset();
      team.run(1, (task, worker) -> ran.set(-1));
      assertEquals(-1, ran.get());
    }
  }

  @Test
  void runsFromSeveralThreadsTakeTurns() throws InterruptedException {
    try (WorkerTeam team = new WorkerTeam(2)) {
      AtomicInteger sum = new AtomicInteger();
      Thread[] callers = new Thread[4];
      for (int i = 0; i < callers.length; i++) {
        callers[i] =
            Thread.ofPlatform()
                .start(() -> {
                  for (int run = 0; run < 500; run++) {
                    team.run(7, (task, worker) -> sum.incrementAndGet());
                  }
                });
      }
      for (Thread caller : callers) {
        caller.join();
      }
      assertEquals(4 * 500 * 7, sum.get());
    }
  }

  @Test
  void misuseIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new WorkerTeam(0));
    WorkerTeam team = new WorkerTeam(2);
    assertThrows(IllegalArgumentException.class, () -> team.run(-1, (task, worker) -> {}));
    assertThrows(
        IllegalStateException.class,
        () -> team.run(2, (task, worker) -> team.run(1, (t, w) -> {})));
    assertThrows(IllegalStateException.class, () -> team.run(2, (task, worker) -> team.close()));
    team.close();
    team.close();
    assertThrows(IllegalStateException.class, () -> team.run(1, (task, worker) -> {}));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
