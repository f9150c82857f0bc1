package xfm.compiler.checkpoint;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import xfm.runtime.tensor.Shapes;

/**
 * The shapes that a tensor takes on its way to a weight.
 *
 * @param text the way for people: {@code [48, 144], split 3 on columns: [48, 48]}
 * @param shape what comes out (each part has the same); unless {@code failed}
 */
record Shaping(String text, long[] shape, boolean failed) {

  static Shaping of(long[] from, List<Step> steps) {
    StringBuilder text = new StringBuilder(Arrays.toString(from));
    long[] shape = from;
    for (Step step : steps) {
      text.append(", ").append(step.text());
      String problem = problem(step, shape);
      if (!problem.isEmpty()) {
        return new Shaping(text.append(": ").append(problem).toString(), shape, true);
      }
      shape = apply(step, shape);
      if (!(step instanceof Step.As)) {
        text.append(": ").append(Arrays.toString(shape));
      }
    }
    return new Shaping(text.toString(), shape, false);
  }

  private static String problem(Step step, long[] shape) {
    return switch (step) {
      case Step.Transpose() ->
          shape.length == 2 ? "" : "only a matrix has a transpose, and this has " + axes(shape);
      case Step.Stack _ -> "";
      case Step.As(List<Long> sizes) -> {
        long elements = Shapes.elements(shape);
        yield sizes.stream().allMatch(size -> size >= 0) && product(sizes) == elements
            ? ""
            : "this would be "
                + sizes.stream().map(String::valueOf).collect(Collectors.joining(" * "))
                + " elements, and there are "
                + elements;
      }
      case Step.Split(int parts, Step.Axis axis) -> {
        if (shape.length == 0) {
          yield "a single number cannot be split";
        }
        if (axis == Step.Axis.ONLY && shape.length != 1) {
          yield "this has "
              + axes(shape)
              + ": say `on rows` (the first) or `on columns` (the last)";
        }
        long size = shape[axis(axis, shape.length)];
        yield size % parts == 0 ? "" : size + " cannot be cut into " + parts + " equal parts";
      }
    };
  }

  private static String axes(long[] shape) {
    return shape.length == 1 ? "1 axis" : shape.length + " axes";
  }

  /** −1 where it leaves the range of a long: no tensor has so many elements. */
  private static long product(List<Long> sizes) {
    try {
      return Shapes.elements(sizes.stream().mapToLong(s -> s).toArray());
    } catch (ArithmeticException e) {
      return -1;
    }
  }

  static int axis(Step.Axis axis, int rank) {
    return axis == Step.Axis.COLUMNS ? rank - 1 : 0;
  }

  private static long[] apply(Step step, long[] shape) {
    return switch (step) {
      case Step.Transpose() -> new long[] {shape[1], shape[0]};
      case Step.Stack(int parts) ->
          LongStream.concat(LongStream.of(parts), Arrays.stream(shape)).toArray();
      case Step.As(List<Long> sizes) -> sizes.stream().mapToLong(s -> s).toArray();
      case Step.Split(int parts, Step.Axis axis) -> {
        long[] part = shape.clone();
        part[axis(axis, shape.length)] /= parts;
        yield part;
      }
    };
  }
}
