package xfm.language.value;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a tensor's axes from the equation that it came from, for those who show it.
 *
 * @param axes one for each axis, outermost first
 */
public record Axes(List<Axis> axes) {

  /**
   * One axis.
   *
   * @param labels what stands at each of its places: the tokens of a text
   * @param shares whether the elements along it are a softmax: shares of 1
   */
  public record Axis(Optional<List<String>> labels, boolean shares) {}

  public Axes {
    axes = List.copyOf(axes);
  }

  /** The axes without one of them. */
  public Axes without(int axis) {
    List<Axis> left = new ArrayList<>(axes);
    left.remove(axis);
    return new Axes(left);
  }

  /** Whether a matrix of the last two axes is a pattern: shares along one of them. */
  public boolean isPattern() {
    return axes.size() >= 2 && (axes.getLast().shares() || keysFirst());
  }

  /** Whether the keys of a pattern are the last axis but one, as they are drawn. */
  public boolean keysFirst() {
    return axes.size() >= 2 && axes.get(axes.size() - 2).shares();
  }
}
