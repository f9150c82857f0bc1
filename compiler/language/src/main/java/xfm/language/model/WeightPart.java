package xfm.language.model;

import java.util.Arrays;
import java.util.stream.LongStream;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.program.Model;
import xfm.runtime.tensor.Shapes;
import xfm.runtime.tensor.Tensor;

/**
 * A weight, or a part of one: {@code layer[0].attention.output[3]} is what the fourth place of its
 * first axis holds, {@code w[:, 2]} a column.
 *
 * @param weight the path of the whole
 * @param at the place on each axis, -1 for all of it; shorter than the shape: the rest is whole
 */
record WeightPart(String weight, long[] at) {

  /**
   * What a path names: the weight of that name, or else of the name before the last bracket.
   *
   * @throws xfm.compiler.diag.XfmException if there is no such weight or no such place
   */
  static WeightPart of(Model model, String path) {
    int bracket = path.lastIndexOf('[');
    boolean whole = model.graph().seen().containsKey(path) || bracket <= 0 || !path.endsWith("]");
    if (whole || !model.graph().seen().containsKey(path.substring(0, bracket))) {
      model.weightAt(path);
      return new WeightPart(path, new long[0]);
    }
    String weight = path.substring(0, bracket);
    long[] shape = model.weight(weight).shape();
    String[] words = path.substring(bracket + 1, path.length() - 1).split(",", -1);
    if (words.length > shape.length) {
      throw Diagnostic.of(Code.PATH, "`" + path + "` has more positions than `" + weight + "` axes")
          .note("its shape is " + Shapes.text(shape))
          .raise();
    }
    long[] at = new long[words.length];
    for (int axis = 0; axis < at.length; axis++) {
      at[axis] = place(words[axis].strip(), shape[axis], path);
    }
    return new WeightPart(weight, at);
  }

  private static long place(String word, long size, String path) {
    if (word.equals(":")) {
      return -1;
    }
    long place = word.matches("[0-9]{1,9}") ? Long.parseLong(word) : -1;
    if (place < 0 || place >= size) {
      throw Diagnostic.of(Code.PATH, "`" + path + "`: there is no place `" + word + "`")
          .help("the places of this axis are 0 … " + (size - 1) + ", and `:` is all of them")
          .raise();
    }
    return place;
  }

  /** The part as a tensor of the axes that have no place. */
  Tensor read(Model model) {
    Tensor whole = model.weight(weight);
    if (at.length == 0) {
      return whole;
    }
    float[] from = whole.toFloats();
    long[] shape = shape(whole);
    float[] part = new float[Math.toIntExact(Shapes.elements(shape))];
    for (int i = 0; i < part.length; i++) {
      part[i] = from[position(i, whole)];
    }
    return Tensor.ofFloats(part, shape);
  }

  /** Puts a number in every place of the part, or a tensor of its shape into it. */
  void write(Model model, Object value) {
    Tensor whole = model.weight(weight);
    long[] shape = shape(whole);
    float[] part = new float[Math.toIntExact(Shapes.elements(shape))];
    if (value instanceof Long || value instanceof Double) {
      Arrays.fill(part, ((Number) value).floatValue());
    } else {
      Tensor given = Nested.floats(value, "`" + weight + "`");
      if (!Arrays.equals(given.shape(), shape)) {
        throw Diagnostic.of(
                Code.SHAPE,
                "`"
                    + this
                    + "` is "
                    + Shapes.text(shape)
                    + ", and is given a tensor "
                    + Shapes.text(given.shape()))
            .raise();
      }
      part = given.toFloats();
    }
    if (at.length == 0) {
      model.set(weight, Tensor.ofFloats(part, shape));
      return;
    }
    float[] all = whole.toFloats();
    for (int i = 0; i < part.length; i++) {
      all[position(i, whole)] = part[i];
    }
    model.set(weight, Tensor.ofFloats(all, whole.shape()));
  }

  private long[] shape(Tensor whole) {
    long[] shape = whole.shape();
    return LongStream.range(0, shape.length)
        .filter(axis -> axis >= at.length || at[(int) axis] < 0)
        .map(axis -> shape[(int) axis])
        .toArray();
  }

  /** Where the i-th element of the part stands in the whole. */
  private int position(int i, Tensor whole) {
    long[] shape = whole.shape();
    long left = i;
    long position = 0;
    long stride = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      boolean free = axis >= at.length || at[axis] < 0;
      position += stride * (free ? left % shape[axis] : at[axis]);
      left = free ? left / shape[axis] : left;
      stride *= shape[axis];
    }
    return Math.toIntExact(position);
  }

  @Override
  public String toString() {
    if (at.length == 0) {
      return weight;
    }
    String places = Arrays.toString(at).replace("-1", ":");
    return weight + places;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WeightPart(String w, long[] a)
        && w.equals(weight)
        && Arrays.equals(a, at);
  }

  @Override
  public int hashCode() {
    return 31 * weight.hashCode() + Arrays.hashCode(at);
  }
}
