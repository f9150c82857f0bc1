package xfm.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyArray;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;
import org.junit.jupiter.api.Test;

/** Values of scripts in the host's hands, and the host's in a script's. */
class InteropTest {

  @Test
  void listsAreArraysAndRecordsHaveMembers() {
    try (Session session = new Session()) {
      Value value =
          session.eval("{name: \"a\", sizes: [1, 2.5, true], none: print(\"\", end = \"\")}");
      assertEquals("a", value.getMember("name").asString());
      assertEquals(List.of("name", "sizes", "none"), List.copyOf(value.getMemberKeys()));
      Value sizes = value.getMember("sizes");
      assertEquals(3, sizes.getArraySize());
      assertEquals(2.5, sizes.getArrayElement(1).asDouble());
      assertThrows(ArrayIndexOutOfBoundsException.class, () -> sizes.getArrayElement(3));
      assertTrue(value.getMember("none").isNull());
      assertArrayEquals(new int[] {0, 1, 2}, session.eval("range(3)").as(int[].class));
    }
  }

  @Test
  void functionsAreExecutable() {
    try (Session session = new Session()) {
      Value scale = session.eval("(x: float, by: float = 2) -> x * by");
      assertEquals(6.0, scale.execute(3).asDouble());
      assertEquals(1.5, scale.execute(3, 0.5).asDouble());
      assertEquals(12.0, scale.execute(3, ProxyObject.fromMap(Map.of("by", 4))).asDouble());
      PolyglotException none = assertThrows(PolyglotException.class, scale::execute);
      Session.check(none, "error[call]", "needs `x`");
      PolyglotException wrong = assertThrows(PolyglotException.class, () -> scale.execute("a"));
      Session.check(wrong, "error[type]", "`x`", "a text");
    }
  }

  @Test
  void bindingsAreTheNamesOfTheScript() {
    try (Session session = new Session()) {
      Value bindings = session.context.getBindings("xfm");
      bindings.putMember("limit", 7);
      bindings.putMember("twice", (ProxyExecutable) a -> 2 * a[0].asInt());
      session.eval("let x = twice(limit)\nfn f(a: float) = a");
      assertEquals(14, bindings.getMember("x").asInt());
      assertTrue(bindings.getMember("f").canExecute());
      assertTrue(bindings.getMember("print").canExecute());
      assertTrue(bindings.getMemberKeys().containsAll(List.of("x", "f", "limit", "tool")));
      assertFalse(bindings.hasMember("absent"));
    }
  }

  @Test
  void arraysOfTheHostAreLists() {
    try (Session session = Session.allowingAll()) {
      Value bindings = session.context.getBindings("xfm");
      bindings.putMember("array", new double[] {1, 2, 4});
      bindings.putMember("list", List.of("a", "b"));
      bindings.putMember("proxy", ProxyArray.fromArray(1, 2));
      assertEquals(7.0, session.eval("sum(array)").asDouble());
      assertEquals("ab", session.eval("list[0] + list[1]").asString());
      assertEquals("[1, 2, \"a\", \"b\"]", session.eval("proxy + list").toString());
      assertEquals(2, session.eval("len(proxy)").asInt());
      session.error("list[2]", "error[index]", "0 to 1");
    }
  }

  @Test
  void functionsAndObjectsOfTheHost() {
    try (Session session = Session.allowingAll()) {
      Value bindings = session.context.getBindings("xfm");
      bindings.putMember("shout", (Function<String, String>) text -> text.toUpperCase() + "!");
      assertEquals("HI!", session.eval("shout(\"hi\")").asString());
      session.error("shout(text = \"hi\")", "error[call]", "by name");
      bindings.putMember("builder", new StringBuilder("ab"));
      assertEquals("ba", session.eval("builder.reverse().toString()").asString());
      session.error("builder.nothing", "error[name]", "`nothing`");
    }
  }

  @Test
  void whatAHostFunctionThrowsIsTheHostsOwn() {
    try (Session session = new Session()) {
      RuntimeException own = new IllegalStateException("mine");
      session
          .context
          .getBindings("xfm")
          .putMember(
              "fails",
              (ProxyExecutable)
                  a -> {
                    throw own;
                  });
      PolyglotException error =
          assertThrows(PolyglotException.class, () -> session.eval("fails()"));
      assertTrue(error.isHostException());
      assertEquals(own, error.asHostException());
    }
  }

  @Test
  void anArrayThatLiesAboutItsSizeIsNoCrash() {
    try (Session session = new Session()) {
      session
          .context
          .getBindings("xfm")
          .putMember(
              "liar",
              new ProxyArray() {
                @Override
                public Object get(long index) {
                  throw new ArrayIndexOutOfBoundsException();
                }

                @Override
                public void set(long index, Value value) {
                  throw new UnsupportedOperationException();
                }

                @Override
                public long getSize() {
                  return 3;
                }
              });
      session.error("sum(liar)", "error[type]", "nothing");
    }
  }
}
