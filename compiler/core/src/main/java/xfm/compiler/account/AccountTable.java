package xfm.compiler.account;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import xfm.compiler.account.Account.Axis;
import xfm.compiler.account.Account.Block;
import xfm.compiler.account.Account.Factored;
import xfm.compiler.account.Account.Row;
import xfm.compiler.account.Account.Slice;
import xfm.compiler.ir.Poly;

/** An account for people. */
final class AccountTable {
  private final Account account;

  AccountTable(Account account) {
    this.account = account;
  }

  String text(int width) {
    StringBuilder out = new StringBuilder();
    out.append(account.model())
        .append(": ")
        .append(count(account.parameters()))
        .append(" parameters");
    if (account.active() != account.parameters()) {
      out.append(", of which one token uses ").append(count(account.active()));
    }
    if (account.constants() > 0) {
      out.append(", and ").append(count(account.constants())).append(" constants");
    }
    out.append("\n\n").append(weights(width));
    List<Block> blocks = account.blocks().stream().filter(block -> block.matrices() > 0).toList();
    if (!blocks.isEmpty()) {
      out.append('\n').append(blocks(blocks));
    }
    return out.append('\n').append(costs()).toString();
  }

  private String weights(int width) {
    String full = weights(AccountTable::named);
    boolean fits = full.lines().mapToInt(String::length).max().orElse(0) <= width;
    return fits ? full : weights(axis -> Long.toString(axis.size()));
  }

  /** An axis under its name, unless that is the size or how it is worked out. */
  private static String named(Axis axis) {
    return axis.name().matches("[\\p{L}_][\\p{L}_0-9]*")
        ? axis.name() + " " + count(axis.size())
        : count(axis.size());
  }

  /** The same as a number of things: {@code 12 heads}. */
  private static String several(Axis axis) {
    return axis.name().matches("[\\p{L}_][\\p{L}_0-9]*")
        ? count(axis.size()) + " " + axis.name()
        : count(axis.size());
  }

  private String weights(Function<Axis, String> name) {
    Columns table = new Columns("<<>>>>");
    table.line("weight", "shape", "each", "×", "total", "share");
    rows(table, true, name);
    table.line("all matrices", "", "", "", count(account.matrices()), share(account.matrices()));
    if (account.vectors() > 0) {
      table.rule();
      rows(table, false, name);
      table.line("all vectors", "", "", "", count(account.vectors()), share(account.vectors()));
    }
    return table.text();
  }

  private void rows(Columns table, boolean matrices, Function<Axis, String> name) {
    for (Row row : account.rows()) {
      if (row.matrix() == matrices) {
        String shape = row.shape().stream().map(name).collect(Collectors.joining(" × "));
        table.line(
            row.path(),
            shape,
            count(row.each()),
            count(row.uses()),
            count(row.total()),
            share(row.total()));
      }
    }
  }

  private String blocks(List<Block> blocks) {
    Columns table = new Columns("<>>>>>>");
    table.line("block", "matrices", "vectors", "×", "all matrices", "all vectors", "share");
    for (Block block : blocks) {
      table.line(
          block.path(),
          count(block.matrices()),
          count(block.vectors()),
          count(block.uses()),
          count(Math.multiplyExact(block.matrices(), block.uses())),
          count(Math.multiplyExact(block.vectors(), block.uses())),
          share(block.total()));
      for (Slice slice : block.slices()) {
        table.note(
            "  each of "
                + several(slice.axis())
                + ": "
                + slice.parts().stream()
                    .map(part -> part.weight() + " " + count(part.parameters()))
                    .collect(Collectors.joining(" + "))
                + " = "
                + count(slice.total()));
      }
      block.factored().forEach(matrix -> table.note(factored(matrix)));
    }
    return table.text();
  }

  private static String factored(Factored matrix) {
    return "  "
        + matrix.first()
        + " · "
        + matrix.second()
        + matrix.copies().map(copies -> ", each of " + several(copies)).orElse("")
        + ": "
        + count(matrix.rows())
        + " × "
        + count(matrix.columns())
        + " of rank "
        + count(matrix.rank())
        + ", "
        + count(matrix.parameters())
        + " in two factors, "
        + count(matrix.full())
        + " in full";
  }

  private String costs() {
    List<String> lines = new ArrayList<>();
    lines.add("weights take " + bytes(account.bytes()) + " as float32");
    account
        .valueBytes()
        .ifPresent(bytes ->
            lines.add(
                "everything computed"
                    + atLengths()
                    + " would take "
                    + bytes(bytes)
                    + ", if all of it were kept"));
    lines.add("one forward pass" + atLengths() + " is " + flops());
    if (!account.cache().rows().isEmpty()) {
      lines.add(cache());
    }
    return String.join("\n", lines) + "\n";
  }

  private String flops() {
    try {
      Poly flops = account.flops().at(account.lengths());
      return flops.constant().isPresent()
          ? number(flops.constant().getAsLong()) + "FLOP"
          : flops + " FLOP";
    } catch (ArithmeticException _) {
      return account.flops() + " FLOP, beyond counting";
    }
  }

  private String cache() {
    Cache cache = account.cache();
    String grows = "a cache takes " + count(cache.bytesPerToken()) + " B for each token";
    return cache.bytesOfWindows() == 0
        ? grows
        : grows + ", and " + bytes(cache.bytesOfWindows()) + " for windows and states";
  }

  private String atLengths() {
    return account.lengths().isEmpty()
        ? ""
        : account.lengths().entrySet().stream()
            .map(each -> each.getKey().name() + " = " + count(each.getValue()))
            .collect(Collectors.joining(", ", " for ", ""));
  }

  /** {@code 12,288}. By hand: loading a formatter takes longer than counting a model. */
  static String count(long number) {
    StringBuilder text = new StringBuilder(Long.toString(number));
    for (int at = text.length() - 3; at > (number < 0 ? 1 : 0); at -= 3) {
      text.insert(at, ',');
    }
    return text.toString();
  }

  /** In per cent, to one tenth. */
  private String share(long part) {
    return account.parameters() == 0 ? "" : fixed(100.0 * part / account.parameters(), 1) + " %";
  }

  static String fixed(double value, int digits) {
    return BigDecimal.valueOf(value).setScale(digits, RoundingMode.HALF_UP).toPlainString();
  }

  static String bytes(long number) {
    return number(number) + "B";
  }

  /** Four digits or so and a unit: {@code 12.83 M}. */
  static String number(long number) {
    String[] units = {"", "k", "M", "G", "T", "P", "E"};
    double value = number;
    int unit = 0;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return unit == 0 ? number + " " : fixed(value, value < 100 ? 2 : 1) + " " + units[unit];
  }
}
