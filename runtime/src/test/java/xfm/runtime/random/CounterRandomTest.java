package xfm.runtime.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CounterRandomTest {
  /** The known answers that the authors of Philox publish with their implementation. */
  @Test
  void philoxGivesThePublishedWords() {
    assertWords(0L, 0L, 0L, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
    assertWords(-1L, -1L, -1L, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
    assertWords(
        0x299f31d0a4093822L,
        0x85a308d3243f6a88L,
        0x0370734413198a2eL,
        0xd16cfe09,
        0x94fdcceb,
        0x5001e420,
        0x24126ea1);
  }

  private static void assertWords(long key, long low, long high, int... words) {
    long first = Philox.words(key, low, high, 0);
    long second = Philox.words(key, low, high, 2);
    assertEquals(Integer.toHexString(words[0]), Integer.toHexString((int) first));
    assertEquals(Integer.toHexString(words[1]), Integer.toHexString((int) (first >>> 32)));
    assertEquals(Integer.toHexString(words[2]), Integer.toHexString((int) second));
    assertEquals(Integer.toHexString(words[3]), Integer.toHexString((int) (second >>> 32)));
  }

  @Test
  void neighboursAreDifferentNumbers() {
    Set<Float> seen = new HashSet<>();
    for (int k = 0; k < 100; k++) {
      seen.add(CounterRandom.uniform(7, 0, k));
      seen.add(CounterRandom.uniform(7, 1L + k, 0));
      seen.add(CounterRandom.uniform(8L + k, 0, 0));
      seen.add(CounterRandom.uniform(7, 0, 1L << 33 | k));
    }
    assertEquals(400, seen.size());
  }

  @Test
  void uniformNumbersFillTheUnit() {
    int[] tenth = new int[10];
    int count = 200_000;
    double sum = 0;
    for (int k = 0; k < count; k++) {
      float u = CounterRandom.uniform(42, 3, k);
      assertTrue(u >= 0f && u < 1f);
      tenth[(int) (u * 10)]++;
      sum += u;
    }
    // five standard deviations
    assertEquals(0.5, sum / count, 5 * Math.sqrt(1 / 12.0 / count));
    for (int n : tenth) {
      assertEquals(count / 10.0, n, 5 * Math.sqrt(count * 0.09));
    }
  }

  @Test
  void normalNumbersHaveTheMomentsOfTheNormal() {
    int count = 200_000;
    double[] moments = new double[5];
    double neighbours = 0;
    int beyondTwo = 0;
    float before = 0;
    for (int k = 0; k < count; k++) {
      float z = CounterRandom.normal(42, 4, k);
      for (int m = 1; m < moments.length; m++) {
        moments[m] += Math.pow(z, m) / count;
      }
      neighbours += (double) z * before / count;
      beyondTwo += Math.abs(z) > 2 ? 1 : 0;
      before = z;
    }
    // five standard deviations of each estimate: those of z^m have variance (2m − 1)!! − mean²
    double unit = 5 / Math.sqrt(count);
    assertEquals(0, moments[1], unit);
    assertEquals(1, moments[2], unit * Math.sqrt(2));
    assertEquals(0, moments[3], unit * Math.sqrt(15));
    assertEquals(3, moments[4], unit * Math.sqrt(96));
    assertEquals(0, neighbours, unit);
    assertEquals(0.0455, beyondTwo / (double) count, unit * Math.sqrt(0.0455));
  }

  @Test
  void normalNumbersAreFinite() {
    for (long k = 0; k < 1_000_000; k++) {
      float z = CounterRandom.normal(1, 1, k);
      assertTrue(Math.abs(z) < 6.77f, "at " + k);
    }
  }
}
