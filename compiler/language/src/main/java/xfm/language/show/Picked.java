package xfm.language.show;

import java.util.ArrayList;
import java.util.List;

/** Which positions of a long axis are shown: the first and the last, a gap between them. */
final class Picked {
  /** Stands for those that are left out. */
  static final long GAP = -1;

  private Picked() {}

  /** At most {@code room} entries, the gap being one of them. */
  static List<Long> of(long size, int room) {
    List<Long> picked = new ArrayList<>();
    if (size <= room) {
      for (long i = 0; i < size; i++) {
        picked.add(i);
      }
      return picked;
    }
    int head = Math.max(1, room / 2);
    int tail = Math.max(1, room - 1 - head);
    for (long i = 0; i < head; i++) {
      picked.add(i);
    }
    picked.add(GAP);
    for (long i = size - tail; i < size; i++) {
      picked.add(i);
    }
    return picked;
  }
}
