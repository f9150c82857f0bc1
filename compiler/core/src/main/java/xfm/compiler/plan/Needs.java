package xfm.compiler.plan;

import java.util.Arrays;
import java.util.List;
import xfm.runtime.exec.Borrowed;

/**
 * What a run takes of memory, to the byte, known before any of it is made. Not counted are the
 * inputs, which are there, what the allocator rounds up (less than 128 bytes each piece), objects
 * that know of sizes and places, the rows that large generated loops keep for themselves in the L1
 * cache, and 20 bytes in each thread for each place of the longest row that a loop sorts.
 *
 * @param forms in which weights are read
 * @param buffers of the values between steps
 * @param team the scratch of the team
 * @param worker the scratch of each worker's own lane
 * @param results what is handed out
 */
record Needs(Forms forms, long[] buffers, Borrowed team, Borrowed worker, long results) {

  /**
   * Counts; reads no data.
   *
   * @param maker of the batch, of which nothing needs to be anywhere yet
   * @throws ArithmeticException if that is beyond counting
   */
  static Needs of(Batch batch, ReadyMaker maker, Lane lane) {
    Borrowed team = Borrowed.NOTHING;
    Borrowed worker = Borrowed.NOTHING;
    List<Step> steps = batch.plan().steps();
    for (Step step : steps) {
      if (!(step instanceof Step.Loop)) {
        Ready ready = maker.ready(step);
        team = team.and(ready.borrowed(lane));
        worker = worker.and(ready.borrowedByWorkers(lane));
      }
    }
    return new Needs(batch.plan().forms(), batch.bufferBytes(), team, worker, batch.resultBytes());
  }

  long bufferBytes() {
    return Arrays.stream(buffers).reduce(0, Math::addExact);
  }

  /** What scratch takes where nothing is held. */
  long scratchBytes(int threads) {
    return Math.addExact(team.bytes(threads), Math.multiplyExact(worker.bytes(1), threads));
  }

  /**
   * All but the weights.
   *
   * @throws ArithmeticException if that is beyond counting
   */
  long bytes(int threads) {
    return Math.addExact(results, Math.addExact(bufferBytes(), scratchBytes(threads)));
  }
}
