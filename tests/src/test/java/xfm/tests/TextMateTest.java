package xfm.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import xfm.runtime.io.Json;
import xfm.runtime.io.JsonValue;

/** The grammar for editors keeps up with the one of the language. */
class TextMateTest {
  private static final Path GRAMMAR = Checkout.ROOT.resolve("grammar/xfm.tmLanguage.json");

  /** A name, and what it matches. */
  private record Rule(String name, Pattern match) {}

  private static List<Rule> rules() {
    List<Rule> rules = new ArrayList<>();
    collect(Json.readObject(GRAMMAR), rules);
    return rules;
  }

  private static void collect(JsonValue value, List<Rule> into) {
    switch (value) {
      case JsonValue.Obj object -> {
        String name =
            object.members().get("name") instanceof JsonValue.Text(String text) ? text : "";
        for (String key : List.of("match", "begin", "end")) {
          if (object.members().get(key) instanceof JsonValue.Text(String regex)) {
            into.add(new Rule(name, Pattern.compile(regex)));
          }
        }
        object.members().values().forEach(member -> collect(member, into));
      }
      case JsonValue.Arr array -> array.items().forEach(item -> collect(item, into));
      case JsonValue.Text _, JsonValue.Int _, JsonValue.Decimal _ -> {}
      case JsonValue.Bool _, JsonValue.Null _ -> {}
    }
  }

  /** The words of the lexer, each where it may stand. */
  @Test
  void everyWordIsColoured() throws IOException {
    String lexer = Files.readString(Checkout.ROOT.resolve("grammar/XfmLexer.g4"));
    Matcher words = Pattern.compile("(?m)^[A-Z]+\\s*: '([a-z]+)';").matcher(lexer);
    List<String> plain = new ArrayList<>();
    List<Rule> rules = rules();
    int count = 0;
    while (words.find()) {
      String line = words.group(1) + " name";
      count++;
      if (rules.stream().noneMatch(rule -> rule.match().matcher(line).lookingAt())) {
        plain.add(words.group(1));
      }
    }
    assertEquals(List.of(), plain);
    assertTrue(count > 30, "the lexer has " + count + " words");
  }

  @Test
  void aNameThatBeginsLikeAWordIsNone() {
    for (Rule rule : rules()) {
      if (rule.name().startsWith("keyword.control") || rule.name().startsWith("storage")) {
        assertTrue(!rule.match().matcher("iffy").find(), rule.name());
      }
    }
    assertEquals(
        Set.of("constant.numeric.xfm"),
        Set.copyOf(
            rules().stream()
                .filter(rule -> rule.match().matcher("1_000.5e-3").matches())
                .map(Rule::name)
                .toList()));
  }
}
