package xfm.compiler.program;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import xfm.compiler.source.Source;

/**
 * The standard library: files on the class or module path, listed in FILES. A file is parsed when a
 * name that it declares is first asked for.
 */
final class Stdlib {
  private static final String ROOT = "META-INF/xfm/stdlib/";

  /** A declaration begins a line; comments and bodies do not. */
  private static final Pattern DECLARES =
      Pattern.compile("(?m)^(fn|block|model|checkpoint)\\s+([A-Za-z_]\\w*)");

  private final Map<String, Source> sources = new LinkedHashMap<>();
  private final Map<String, String> fileOf = new HashMap<>();
  private final List<String> withCheckpoints = new ArrayList<>();
  private final Map<String, Program> parsed = new HashMap<>();

  Stdlib() {
    for (String name : text("FILES").lines().toList()) {
      String text = text(name);
      sources.put(name, new Source("stdlib/" + name, text));
      Matcher matcher = DECLARES.matcher(text);
      while (matcher.find()) {
        if (matcher.group(1).equals("checkpoint")) {
          withCheckpoints.add(name);
        } else {
          fileOf.putIfAbsent(matcher.group(2), name);
        }
      }
    }
  }

  private static String text(String name) {
    try (InputStream in = Stdlib.class.getClassLoader().getResourceAsStream(ROOT + name)) {
      if (in == null) {
        throw new IllegalStateException("the standard library lacks " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Set<String> names() {
    return fileOf.keySet();
  }

  /** Under which name it declares what other libraries call so. */
  Optional<String> synonym(String elsewhere) {
    return text("SYNONYMS")
        .lines()
        .map(line -> line.split(" "))
        .filter(names -> names[0].equals(elsewhere))
        .map(names -> names[1])
        .findFirst();
  }

  /** The program that declares the name. */
  Optional<Program> declaring(String name) {
    return Optional.ofNullable(fileOf.get(name)).map(this::program);
  }

  /** A file by its name under stdlib/. */
  Optional<Program> file(String name) {
    return sources.containsKey(name) ? Optional.of(program(name)) : Optional.empty();
  }

  /** Its files, as imports name them. */
  List<String> files() {
    return sources.keySet().stream().map(name -> "stdlib/" + name).toList();
  }

  /** Every file with a checkpoint section. */
  List<Program> withCheckpoints() {
    return withCheckpoints.stream().distinct().map(this::program).toList();
  }

  /** Whether the program is one of its files. */
  boolean holds(Program program) {
    return parsed.containsValue(program);
  }

  private Program program(String name) {
    Program program = parsed.get(name);
    if (program == null) {
      program = Program.of(sources.get(name), this);
      parsed.put(name, program);
    }
    return program;
  }
}
