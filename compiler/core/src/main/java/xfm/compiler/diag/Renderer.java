package xfm.compiler.diag;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import xfm.compiler.diag.Diagnostic.Label;
import xfm.compiler.diag.Paint.Style;
import xfm.compiler.source.Source;
import xfm.compiler.source.Source.Place;
import xfm.compiler.source.Span;
import xfm.runtime.io.Json;
import xfm.runtime.io.JsonValue;

/**
 * Shows diagnostics: as text for a reader, with or without colour, or as JSON for a program.
 * Whatever a source holds, no control character of it is passed on.
 */
public final class Renderer {
  private final Paint paint;

  private Renderer(Paint paint) {
    this.paint = paint;
  }

  /** Text without colour; each line ends with a line feed, an empty one stands between two. */
  public static String plain(List<Diagnostic> diagnostics) {
    return new Renderer(Paint.PLAIN).text(diagnostics);
  }

  /** Text with ANSI colours. */
  public static String colour(List<Diagnostic> diagnostics) {
    return new Renderer(Paint.ANSI).text(diagnostics);
  }

  /**
   * A JSON list with an object for each diagnostic: {@code code, severity, message, file, line,
   * column, endLine, endColumn, labels, notes, help}. Lines and columns count from 1, columns by
   * code points, the end being the place after the last character. A diagnostic without a place has
   * no {@code file} and so on; {@code labels} holds all places, the first one being the error's.
   */
  public static String json(List<Diagnostic> diagnostics) {
    return Json.write(
        new JsonValue.Arr(diagnostics.stream().<JsonValue>map(Renderer::value).toList()));
  }

  private static JsonValue value(Diagnostic diagnostic) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("code", new JsonValue.Text(diagnostic.code().word()));
    members.put(
        "severity", new JsonValue.Text(diagnostic.severity().name().toLowerCase(Locale.ROOT)));
    members.put("message", new JsonValue.Text(diagnostic.message()));
    if (!diagnostic.labels().isEmpty()) {
      place(members, diagnostic.labels().getFirst().span());
    }
    List<JsonValue> labels = new ArrayList<>();
    for (Label label : diagnostic.labels()) {
      Map<String, JsonValue> each = new LinkedHashMap<>();
      place(each, label.span());
      each.put("text", new JsonValue.Text(label.text()));
      labels.add(new JsonValue.Obj(each));
    }
    members.put("labels", new JsonValue.Arr(labels));
    members.put(
        "notes",
        new JsonValue.Arr(
            diagnostic.notes().stream().<JsonValue>map(JsonValue.Text::new).toList()));
    members.put("help", new JsonValue.Text(diagnostic.help()));
    return new JsonValue.Obj(members);
  }

  private static void place(Map<String, JsonValue> members, Span span) {
    Place start = span.source().place(span.start());
    Place end = span.source().place(span.end());
    members.put("file", new JsonValue.Text(span.source().name()));
    members.put("line", new JsonValue.Int(start.line()));
    members.put("column", new JsonValue.Int(start.column()));
    members.put("endLine", new JsonValue.Int(end.line()));
    members.put("endColumn", new JsonValue.Int(end.column()));
  }

  private String text(List<Diagnostic> diagnostics) {
    StringBuilder out = new StringBuilder();
    for (Diagnostic diagnostic : diagnostics) {
      out.append(out.isEmpty() ? "" : "\n");
      text(diagnostic, out);
    }
    return out.toString();
  }

  private void text(Diagnostic diagnostic, StringBuilder out) {
    out.append(
        switch (diagnostic.severity()) {
          case ERROR -> paint.of(Style.ERROR, "error[" + diagnostic.code().word() + "]");
          case NOTE -> paint.of(Style.HINT, "note");
        });
    out.append(paint.of(Style.TITLE, ": " + Cells.clean(diagnostic.message()).replace('\n', ' ')));
    out.append('\n');
    if (!diagnostic.labels().isEmpty()) {
      places(diagnostic, out);
    }
    diagnostic.notes().forEach(note -> hint("note", note, out));
    if (!diagnostic.help().isEmpty()) {
      hint("help", diagnostic.help(), out);
    }
  }

  private void hint(String word, String text, StringBuilder out) {
    out.append("  ").append(paint.of(Style.HINT, word + ":")).append(' ');
    out.append(Cells.clean(text).stripTrailing().replace("\n", "\n        ")).append('\n');
  }

  /** The files in the order in which labels name them, in each its lines from top to bottom. */
  private void places(Diagnostic diagnostic, StringBuilder out) {
    Map<Source, Map<Integer, List<Label>>> files = new LinkedHashMap<>();
    int last = 1;
    for (Label label : diagnostic.labels()) {
      Source source = label.span().source();
      int line = source.place(label.span().start()).line();
      last = Math.max(last, line);
      files
          .computeIfAbsent(source, s -> new TreeMap<>())
          .computeIfAbsent(line, l -> new ArrayList<>())
          .add(label);
    }
    int gutter = Math.max(2, Integer.toString(last).length());
    Label first = diagnostic.labels().getFirst();
    boolean further = false;
    for (Map.Entry<Source, Map<Integer, List<Label>>> file : files.entrySet()) {
      Span head =
          further ? file.getValue().values().iterator().next().getFirst().span() : first.span();
      out.append(" ".repeat(gutter)).append(paint.of(Style.GUTTER, further ? "├" : "┌"));
      out.append(' ').append(Cells.clean(head.toString()).replace('\n', ' ')).append('\n');
      lines(file.getKey(), file.getValue(), first, gutter, out);
      further = true;
    }
  }

  private void lines(
      Source source, Map<Integer, List<Label>> lines, Label first, int gutter, StringBuilder out) {
    int before = 0;
    for (Map.Entry<Integer, List<Label>> line : lines.entrySet()) {
      if (before > 0 && line.getKey() > before + 1) {
        out.append(" ".repeat(gutter)).append(paint.of(Style.GUTTER, "┆")).append('\n');
      }
      before = line.getKey();
      new Snippet(source, before, paint, gutter, out).write(line.getValue(), first);
    }
  }
}
