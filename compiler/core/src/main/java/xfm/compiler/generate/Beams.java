package xfm.compiler.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntPredicate;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;

/**
 * Beam search: of all ways to go on from the {@code width} likeliest texts so far, the {@code
 * width} likeliest are kept at each step; a text that meets a stop token is finished, and the
 * search ends when so many are. Texts of different lengths are compared by the mean of log p over
 * the tokens that were written, the stop token among them. With a width of 1 it is greedy.
 *
 * @param scores what follows each of several texts
 * @param context the longest text that may be read, if there is a limit
 * @param stops whether a token ends a text; it is no part of the result
 */
public record Beams(Scores scores, OptionalLong context, IntPredicate stops, int width) {

  /** For each text a score for each token of the vocabulary to come after it. */
  @FunctionalInterface
  public interface Scores {
    List<float[]> after(List<int[]> texts);
  }

  /**
   * A text that was found.
   *
   * @param tokens after the prompt
   * @param score the mean of log p over its tokens
   */
  public record Found(int[] tokens, double score) {}

  /** A text with the sum of log p over what was written. */
  private record Beam(int[] text, double sum) {}

  public Beams {
    if (width < 1) {
      throw Diagnostic.of(Code.INPUT, "a search has at least 1 beam, and not " + width).raise();
    }
  }

  /**
   * The texts that were found, likeliest first.
   *
   * @param max at most so many tokens, the stop token not counted
   * @throws xfm.compiler.diag.XfmException if the prompt is empty or a score is no number
   */
  public List<Found> search(int[] prompt, long max) {
    check(prompt.length, max);
    List<Found> found = new ArrayList<>();
    List<Beam> live = List.of(new Beam(prompt, 0));
    for (long step = 0; step < max && found.size() < width && !live.isEmpty(); step++) {
      List<Beam> next = best(live);
      List<Beam> goOn = new ArrayList<>();
      for (int rank = 0; rank < next.size() && goOn.size() < width; rank++) {
        Beam beam = next.get(rank);
        if (!stops.test(beam.text()[beam.text().length - 1])) {
          goOn.add(beam);
        } else if (rank < width) {
          found.add(finished(beam, prompt.length, 1));
        }
      }
      live = goOn;
    }
    if (found.size() < width) {
      live.forEach(beam -> found.add(finished(beam, prompt.length, 0)));
    }
    found.sort(Comparator.comparingDouble(Found::score).reversed());
    return List.copyOf(found.subList(0, Math.min(width, found.size())));
  }

  /**
   * Refuses what cannot be written.
   *
   * @throws xfm.compiler.diag.XfmException as {@link #search} says
   */
  public void check(int prompt, long max) {
    new Generator(_ -> new float[0], context, stops, false).check(prompt, max);
  }

  private static Found finished(Beam beam, int prompt, int stop) {
    int[] text = beam.text();
    int written = text.length - prompt;
    return new Found(
        Arrays.copyOfRange(text, prompt, text.length - stop), beam.sum() / Math.max(1, written));
  }

  /**
   * The likeliest ways to go on; twice as many as beams, so that with a stop token after each of
   * them as many are left.
   */
  private List<Beam> best(List<Beam> live) {
    List<float[]> rows = scores.after(live.stream().map(Beam::text).toList());
    record Step(int beam, int token, double sum) {}
    List<Step> steps = new ArrayList<>();
    for (int b = 0; b < live.size(); b++) {
      float[] row = rows.get(b);
      Sampler.check(row);
      LogSum all = LogSum.of(row, 0, row.length);
      for (int token = 0; token < row.length; token++) {
        if (row[token] > Float.NEGATIVE_INFINITY) {
          steps.add(new Step(b, token, live.get(b).sum() - all.above(row[token])));
        }
      }
    }
    steps.sort(Comparator.comparingDouble(Step::sum).reversed());
    List<Beam> best = new ArrayList<>();
    for (Step step : steps.subList(0, Math.min(2 * width, steps.size()))) {
      int[] text = live.get(step.beam()).text();
      int[] longer = Arrays.copyOf(text, text.length + 1);
      longer[text.length] = step.token();
      best.add(new Beam(longer, step.sum()));
    }
    return best;
  }
}
