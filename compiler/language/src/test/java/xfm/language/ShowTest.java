package xfm.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What {@code show} draws. */
class ShowTest {

  private static String shows(String arguments) {
    return shows(arguments, "100");
  }

  private static String shows(String arguments, String width) {
    try (Session session = new Session(b -> b.option("xfm.Width", width))) {
      return session.prints("show(" + arguments + ")");
    }
  }

  @Test
  void aMatrixIsATable() {
    assertEquals(
        """
              0     1
        0  1.00 -2.50
        1    -∞ 10.00
        """,
        shows("[[1.0, -2.5], [-inf, 10.0]]"));
    assertEquals(
        """
            noun    b
        x      1    2
        yes    3   40
        """,
        shows("[[1, 2], [3, 40]], rows = [\"x\", \"yes\"], columns = [\"noun\", \"b\"]"));
  }

  @Test
  void aPatternIsAGridOfDotsWithTheSumOfEachColumn() {
    assertEquals(
        """
              a   two
        a     ●    •
        two   ·    •
        sum 1.00 1.00
        · less   ∙ from 0.02   • from 0.2   ● from 0.6
        """,
        shows("[[1.0, 0.0], [0.5, 0.5]], labels = [\"a\", \"two\"], dots = true"));
    String zeroed = shows("[[0.25, 0.0], [0.5, 0.5]], dots = true");
    assertTrue(zeroed.contains("sum 0.25 1.00"), zeroed);
  }

  @Test
  void aPatternIsKnownFromItsEquationAndItsKeysGoDown() {
    String scores = "let s = [[9.0, -9.0, 0.0], [0.0, 0.0, -99.0]]\n";
    String grid =
        """
              0    1
        0     ●    •
        1     ·    •
        2     ·    ·
        sum 1.00 1.00
        · less   ∙ from 0.02   • from 0.2   ● from 0.6
        """;
    try (Session session = new Session()) {
      assertEquals(grid, session.prints(scores + "p[i, j] = softmax[j](s[i, j])\nshow(p)"));
      assertEquals(grid, session.prints(scores + "q[j, i] = softmax[j](s[i, j])\nshow(q)"));
      String stack =
          session.prints(scores + "r[h: 2, i, j] = softmax[j](s[i, j] * h)\nshow(r[1])\nshow(r)");
      assertTrue(stack.startsWith(grid), stack);
      assertTrue(stack.contains("[2, 2, 3]") && stack.contains("[1]\n      0"), stack);
      assertFalse(session.prints("show([[1.0, 0.0], [0.5, 0.5]])").contains("●"));
      assertFalse(
          session.prints(scores + "t[i, j] = softmax[j](s[i, j])\nshow(2 * t)").contains("●"));
      assertEquals(
          "  0 1\n0 ██▒▒\n1   ▒▒\n2\n\" \" 0.000 … █ 1.000\n",
          session.prints(
              scores + "u[i, j] = softmax[j](s[i, j])\nshow(u, heat = true, labels = [0, 1, 2])"));
    }
  }

  @Test
  void anyNumbersAsDotsShadesOrBars() {
    assertEquals(
        """
              0    1
        0     ∙    •
        1     ◯
        ● 3.000   ◯ -3.000   · near 0   blank: -∞
        """,
        shows("[[1.0, -3.0], [2.0, -inf]], dots = true"));
    assertEquals(
        "0 ▒▒\n1 ██▓▓\n\" \" -3.000 … █ 3.000\n", shows("[[0.0, -3.0], [3.0, 1.0]], heat = true"));
    assertEquals(
        """
        a  1.000 █████████████████████████
        b -2.000 ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
        """,
        shows("[1.0, -2.0], labels = [\"a\", \"b\"], bars = true"));
    assertEquals(
        """
        0   500 ████
        1 1,000 ████████
        """,
        shows("[500, 1000], bars = true", "17"));
    try (Session session = new Session()) {
      session.error("show([[1.0]], heat = true, dots = true)", "error[call]", "in one way");
      session.error("show([[1.0]], bars = true)", "error[type]", "a matrix");
    }
  }

  @Test
  void aLongThingIsShortenedWithoutBeingWalked() {
    String million = "x[i: 1000, j: 1000] = i + j\n";
    try (Session session = new Session(b -> b.option("xfm.Width", "60"))) {
      for (String way : new String[] {"", ", dots = true", ", heat = true"}) {
        String text = session.prints(million + "show(x" + way + ")");
        assertTrue(text.lines().count() < 70, text);
        assertTrue(text.lines().allMatch(l -> l.length() <= 60), text);
      }
      session.prints("show(range(1000000000000))");
      session.prints("show(range(1000000000000), bars = true)");
    }
  }

  @Test
  void intsAreThePlacesToBeShown() {
    assertEquals(
        """
          2 0
        1 6 4
        """,
        shows("[[1, 2, 3], [4, 5, 6]], rows = [1], columns = [2, 0]"));
    try (Session session = new Session()) {
      session.error("show([[1, 2], [3, 4]], rows = [2])", "error[input]", "no row 2", "0 … 1");
    }
  }

  @Test
  void aLargeTensorIsPrintedInPart() {
    try (Session session = new Session()) {
      session.eval(
          "model grid(x: [n]) -> [n, n] { return y[i, j] = x[i] * 100 + x[j] }\n"
              + "let y = grid().run({x: range(20)}).y");
      assertEquals(
          """
          f32[20, 20]
          [[   0,    1,    2, …,   17,   18,   19],
           [ 100,  101,  102, …,  117,  118,  119],
           [ 200,  201,  202, …,  217,  218,  219],
           …,
           [1700, 1701, 1702, …, 1717, 1718, 1719],
           [1800, 1801, 1802, …, 1817, 1818, 1819],
           [1900, 1901, 1902, …, 1917, 1918, 1919]]
          """,
          session.prints("print(y)"));
    }
  }

  @Test
  void anUnmaskedMatrixIsNoPattern() {
    assertFalse(shows("[[0.5, 0.6], [0.1, 0.2]]").contains("sum"));
    assertFalse(shows("[[1.5, -0.5], [0.5, 0.5]]").contains("sum"));
  }

  @Test
  void largeValuesAreCutToTheWidth() {
    String rows = "let row = []\nfor i in range(200) { row += [1.0 * i] }\n";
    try (Session session = new Session(b -> b.option("xfm.Width", "60"))) {
      String table =
          session.prints(rows + "let all = []\nfor i in range(300) { all += [row] }\nshow(all)");
      assertTrue(table.lines().count() < 60, table);
      assertTrue(table.lines().allMatch(line -> line.length() <= 60), table);
      assertTrue(table.contains("…") && table.contains("299") && table.contains("199"), table);
      String line = session.prints("show(row)");
      assertTrue(line.lines().allMatch(l -> l.length() <= 60), line);
    }
  }

  @Test
  void aWidePatternStaysInTheWidthAndKeepsItsSums() {
    String pattern =
        """
        let p = []
        for i in range(50) {
          let row = []
          for j in range(50) { row += [if i == j then 1.0 else 0.0] }
          p += [row]
        }
        show(p, dots = true)
        """;
    try (Session session = new Session(b -> b.option("xfm.Width", "80"))) {
      String grid = session.prints(pattern);
      assertTrue(grid.lines().allMatch(line -> line.length() <= 80), grid);
      assertTrue(grid.contains("each column sums to 1.00"), grid);
      assertEquals(52, grid.lines().count(), grid);
    }
  }

  @Test
  void colourOnlyWhenTheHostWantsIt() {
    String call = "show([[1.0, 0.0], [0.5, 0.5]], dots = true)";
    try (Session plain = new Session();
        Session coloured = new Session(b -> b.option("xfm.Color", "true"))) {
      assertFalse(plain.prints(call).contains("\u001b"));
      assertTrue(coloured.prints(call).contains("\u001b["));
    }
  }

  @Test
  void everythingElse() {
    assertEquals("a: 1\nb: [\"x\"]\n", shows("{a: 1, b: [\"x\"]}"));
    assertEquals("text\n", shows("\"text\""));
    assertEquals("[]\n", shows("[]"));
    String three = shows("[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]");
    assertTrue(three.contains("[[[1, 2]"), three);
  }
}
