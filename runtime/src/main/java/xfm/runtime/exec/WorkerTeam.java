package xfm.runtime.exec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A fixed team of threads that shares out numbered tasks. The caller is worker 0.
 *
 * <p>Tasks are claimed in ascending order from one atomic word, whoever is free takes the next: a
 * task must therefore give the same result on every worker, and may use {@code worker} only to find
 * scratch memory of its own. Memory that tasks touch must be open to all threads (a shared arena).
 *
 * <p>A worker without work spins for 200 µs before it parks: a step of a model takes about 20 µs,
 * and waking a parked thread 40 µs (median) to 400 µs (99th percentile). A run never waits for a
 * worker that has not woken: it is over when its tasks are. Nothing is allocated per run.
 *
 * <p>One run at a time: runs that other threads start on the same team wait for their turn.
 */
public final class WorkerTeam implements AutoCloseable {
  /** A body of numbered pieces of work; reused by its owner from run to run. */
  @FunctionalInterface
  public interface Task {
    /**
     * Does piece {@code task}.
     *
     * @param task its number, 0 to tasks - 1
     * @param worker who does it, 0 to threads - 1; no two pieces run at once with the same worker
     */
    void run(int task, int worker);
  }

  private static final long SPIN_NANOS = 200_000;
  private static final int SPINS_PER_CLOCK_READ = 64;
  private static final VarHandle PARKED = MethodHandles.arrayElementVarHandle(Thread[].class);

  private final Cancellation cancellation;
  private final Thread[] threads;
  private final ReentrantLock turn = new ReentrantLock();

  /** The slot of a worker holds its thread while it is parked or about to park. */
  private final Thread[] parked;

  /** High half: number of the run, so that no late claim hits a later run. Low half: tasks left. */
  private final AtomicLong claims = new AtomicLong();

  /** Tasks not finished yet. The caller waits for 0; this also publishes what the tasks wrote. */
  private final AtomicInteger unfinished = new AtomicInteger();

  private volatile boolean closed;
  private volatile Throwable failure;

  // Written before `claims` opens the run and read after a claim succeeded: plain fields suffice.
  private Task body;
  private int tasks;

  /** A team that nobody can cancel. */
  public WorkerTeam(int threads) {
    this(threads, new Cancellation());
  }

  /**
   * Starts the team.
   *
   * @param threads how many threads compute, the caller included; at least 1
   * @param cancellation polled before every task
   */
  public WorkerTeam(int threads, Cancellation cancellation) {
    if (threads < 1) {
      throw new IllegalArgumentException("a team needs at least 1 thread, not " + threads);
    }
    this.cancellation = cancellation;
    this.threads = new Thread[threads];
    this.parked = new Thread[threads];
    for (int w = 1; w < threads; w++) {
      int worker = w;
      this.threads[w] =
          Thread.ofPlatform().daemon().name("xfm-worker-" + w).unstarted(() -> work(worker));
    }
    for (int w = 1; w < threads; w++) {
      this.threads[w].start();
    }
  }

  /** How many threads compute, the caller included. */
  public int threads() {
    return threads.length;
  }

  /** What stops the runs of this team. */
  public Cancellation cancellation() {
    return cancellation;
  }

  /**
   * Runs pieces 0 to {@code tasks} - 1 of {@code body} and returns when all have ended.
   *
   * <p>After a piece has thrown, no further piece is started; what it threw is rethrown here once
   * the running ones have stopped.
   *
   * @throws CancelledException if the cancellation was asked for before or during the run
   * @throws IllegalStateException if the team is closed, or called from within one of its tasks
   */
  public void run(int tasks, Task body) {
    if (tasks < 0) {
      throw new IllegalArgumentException("the number of tasks is negative: " + tasks);
    }
    if (turn.isHeldByCurrentThread() || isWorker(Thread.currentThread())) {
      throw new IllegalStateException("a task may not start a run on its own team");
    }
    turn.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the team of workers is closed");
      }
      cancellation.check();
      if (tasks > 0) {
        open(tasks, body);
        claimAndRun(0);
        awaitWorkers();
        finish();
      }
    } finally {
      turn.unlock();
    }
  }

  /** Ends the threads. Waits for a run that is under way. Closing twice does nothing. */
  @Override
  public void close() {
    if (turn.isHeldByCurrentThread() || isWorker(Thread.currentThread())) {
      throw new IllegalStateException("a task may not close its own team");
    }
    turn.lock();
    try {
      closed = true;
      for (int w = 1; w < threads.length; w++) {
        LockSupport.unpark(threads[w]);
      }
    } finally {
      turn.unlock();
    }
    boolean interrupted = false;
    for (int w = 1; w < threads.length; w++) {
      while (threads[w].isAlive()) {
        try {
          threads[w].join();
        } catch (InterruptedException e) {
          interrupted = true; // The threads end at once: finish, and leave the flag for the caller.
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isWorker(Thread thread) {
    for (int w = 1; w < threads.length; w++) {
      if (threads[w] == thread) {
        return true;
      }
    }
    return false;
  }

  private void open(int tasks, Task body) {
    this.body = body;
    this.tasks = tasks;
    unfinished.set(tasks);
    long run = (claims.get() >>> 32) + 1;
    claims.set(run << 32 | tasks);
    int wanted = Math.min(tasks, threads.length);
    for (int w = 1; w < wanted; w++) {
      Thread sleeper = (Thread) PARKED.getVolatile(parked, w);
      if (sleeper != null) {
        LockSupport.unpark(sleeper);
      }
    }
  }

  private void claimAndRun(int worker) {
    int done = 0;
    for (long seen = claims.get(); (int) seen != 0; seen = claims.get()) {
      // A claim of a run holds that run open, so `body` and `tasks` are its own from here on.
      if (claims.compareAndSet(seen, seen - 1)) {
        runOne(tasks - (int) seen, worker);
        done++;
      }
    }
    if (done > 0 && unfinished.addAndGet(-done) == 0 && worker != 0) {
      wake(0);
    }
  }

  private void runOne(int task, int worker) {
    if (failure != null) {
      return;
    }
    try {
      cancellation.check();
      body.run(task, worker);
    } catch (Throwable t) { // Whatever it is, it belongs to the caller of run.
      failure = t;
    }
  }

  private void finish() {
    body = null;
    Throwable thrown = failure;
    failure = null;
    switch (thrown) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException("a task threw a checked exception", thrown);
    }
  }

  private void awaitWorkers() {
    long start = System.nanoTime();
    while (unfinished.get() != 0) {
      if (!spin(start)) {
        park(0);
      }
    }
  }

  private void work(int worker) {
    long start = System.nanoTime();
    while (!closed) {
      if ((int) claims.get() != 0) {
        claimAndRun(worker);
        start = System.nanoTime();
      } else if (!spin(start)) {
        park(worker);
        start = System.nanoTime();
      }
    }
  }

  /** Spins for a moment; false once {@link #SPIN_NANOS} have passed since {@code start}. */
  private static boolean spin(long start) {
    for (int i = 0; i < SPINS_PER_CLOCK_READ; i++) {
      Thread.onSpinWait();
    }
    return System.nanoTime() - start < SPIN_NANOS;
  }

  /** Parks until woken; returns at once if what it would wait for has happened already. */
  private void park(int worker) {
    PARKED.setVolatile(parked, worker, Thread.currentThread());
    boolean idle = worker == 0 ? unfinished.get() != 0 : (int) claims.get() == 0 && !closed;
    if (idle) {
      LockSupport.park(this);
    }
    PARKED.setVolatile(parked, worker, (Thread) null);
  }

  private void wake(int worker) {
    Thread sleeper = (Thread) PARKED.getVolatile(parked, worker);
    if (sleeper != null) {
      LockSupport.unpark(sleeper);
    }
  }
}
