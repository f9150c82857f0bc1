package xfm.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;
import xfm.cli.host.Session;
import xfm.cli.host.Version;

/** {@code xfm doctor}. */
@Command(
    name = "doctor",
    description = "Show what xfm runs on, and measure how fast it can compute and read memory.",
    footerHeading = "%nExamples:%n",
    footer = {"  xfm doctor", "  xfm doctor --threads 1"})
final class Doctor implements Runnable {
  @ParentCommand private Xfm xfm;

  @Override
  public void run() {
    var rows = new LinkedHashMap<String, String>();
    rows.put("xfm", Version.xfm());
    try (Session session = xfm.computing(List.of())) {
      for (Map.Entry<String, String> measured : session.tool().doctor().entrySet()) {
        Row row = Row.of(measured.getKey());
        rows.put(row.label(), measured.getValue() + row.unit());
      }
    }
    int width = rows.keySet().stream().mapToInt(String::length).max().orElse(0);
    rows.forEach((label, value) ->
        xfm.world().out().println(label + " ".repeat(width - label.length() + 2) + value));
  }

  /** How a measurement is called and in what unit it comes. */
  private record Row(String label, String unit) {
    static Row of(String name) {
      return switch (name) {
        case "jdk" -> new Row("Java", "");
        case "vendor" -> new Row("Java's vendor", "");
        case "os" -> new Row("system", "");
        case "lanes" -> new Row("float32 lanes", "");
        case "peakOne" -> new Row("multiply-add peak, 1 thread", " GFLOP/s");
        case "peakAll" -> new Row("multiply-add peak, all threads", " GFLOP/s");
        case "bandwidth" -> new Row("memory read", " GB/s");
        default -> new Row(name, "");
      };
    }
  }
}
