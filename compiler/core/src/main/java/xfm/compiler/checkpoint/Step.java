package xfm.compiler.checkpoint;

import java.util.List;

/** What happens to a tensor of the file, with its sizes known. */
public sealed interface Step {

  /** Cut into equal parts along one axis. */
  record Split(int parts, Axis axis) implements Step {}

  /** As many tensors of one shape, one after another along a new first axis. */
  record Stack(int parts) implements Step {}

  /** The two axes of a matrix change places. */
  record Transpose() implements Step {}

  /** The same elements in the same order under another shape. */
  record As(List<Long> shape) implements Step {}

  /** Which axis is split. */
  enum Axis {
    /** the first one */
    ROWS,
    /** the last one */
    COLUMNS,
    /** the only one */
    ONLY
  }

  /** As the program writes it. */
  default String text() {
    return switch (this) {
      case Transpose() -> "transpose";
      case Stack(int parts) -> "stack " + parts;
      case As(List<Long> shape) -> "as " + shape;
      case Split(int parts, Axis axis) ->
          "split "
              + parts
              + switch (axis) {
                case ROWS -> " on rows";
                case COLUMNS -> " on columns";
                case ONLY -> "";
              };
    };
  }
}
