package xfm.compiler.account;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import xfm.compiler.account.Account.Axis;
import xfm.compiler.account.Account.Block;
import xfm.compiler.account.Account.Factored;
import xfm.compiler.account.Account.Row;
import xfm.compiler.account.Account.Slice;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.runtime.io.JsonValue;

/**
 * An account for programs: exact numbers, polynomials of the lengths as texts of the language, and
 * their values at the declared bounds, and at the lengths asked for, where every length has one.
 */
final class AccountJson {
  private final Account account;

  private AccountJson(Account account) {
    this.account = account;
  }

  static JsonValue of(Account account) {
    return new AccountJson(account).json();
  }

  private JsonValue json() {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("model", new JsonValue.Text(account.model()));
    members.put("parameters", number(account.parameters()));
    members.put("matrices", number(account.matrices()));
    members.put("vectors", number(account.vectors()));
    members.put("constants", number(account.constants()));
    members.put("active", number(account.active()));
    members.put("bytes", number(account.bytes()));
    members.put("depth", number(account.depth()));
    members.put("cache", cache(account.cache()));
    members.put("weights", list(account.rows(), this::row));
    members.put("blocks", list(account.blocks(), this::block));
    members.put("longest", lengths(account.longest()));
    members.put("lengths", lengths(account.lengths()));
    members.put("values", polynomial(account.values()));
    members.put("flops", polynomial(account.flops()));
    return new JsonValue.Obj(members);
  }

  private static JsonValue lengths(Map<Atom.Symbol, Long> lengths) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    lengths.forEach((length, size) -> members.put(length.name(), number(size)));
    return new JsonValue.Obj(members);
  }

  private static JsonValue cache(Cache cache) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    if (cache.notCausal().isPresent()) {
      members.put("not_causal", new JsonValue.Text(cache.notCausal().get()));
      return new JsonValue.Obj(members);
    }
    members.put("bytes_per_token", number(cache.bytesPerToken()));
    members.put("bytes_of_windows", number(cache.bytesOfWindows()));
    members.put("tensors", list(cache.rows(), AccountJson::cached));
    return new JsonValue.Obj(members);
  }

  private static JsonValue cached(Cache.Row row) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("path", new JsonValue.Text(row.path()));
    members.put("bytes", number(row.bytes()));
    row.last().ifPresent(last -> members.put("last", number(last)));
    return new JsonValue.Obj(members);
  }

  private JsonValue row(Row row) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("path", new JsonValue.Text(row.path()));
    members.put("shape", list(row.shape(), AccountJson::axis));
    members.put("kind", new JsonValue.Text(row.matrix() ? "matrix" : "vector"));
    members.put("each", number(row.each()));
    members.put("uses", number(row.uses()));
    members.put("total", number(row.total()));
    members.put("share", share(row.total()));
    return new JsonValue.Obj(members);
  }

  private static JsonValue axis(Axis axis) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("name", new JsonValue.Text(axis.name()));
    members.put("size", number(axis.size()));
    return new JsonValue.Obj(members);
  }

  private JsonValue block(Block block) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("path", new JsonValue.Text(block.path()));
    members.put("uses", number(block.uses()));
    members.put("matrices", number(block.matrices()));
    members.put("vectors", number(block.vectors()));
    members.put("total_matrices", number(Math.multiplyExact(block.matrices(), block.uses())));
    members.put("total", number(block.total()));
    members.put("share", share(block.total()));
    members.put("slices", list(block.slices(), AccountJson::slice));
    members.put("factored", list(block.factored(), AccountJson::factored));
    return new JsonValue.Obj(members);
  }

  private static JsonValue slice(Slice slice) {
    Map<String, JsonValue> parts = new LinkedHashMap<>();
    slice.parts().forEach(part -> parts.put(part.weight(), number(part.parameters())));
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("axis", axis(slice.axis()));
    members.put("parts", new JsonValue.Obj(parts));
    members.put("parameters", number(slice.total()));
    return new JsonValue.Obj(members);
  }

  private static JsonValue factored(Factored matrix) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("first", new JsonValue.Text(matrix.first()));
    members.put("second", new JsonValue.Text(matrix.second()));
    matrix.copies().ifPresent(copies -> members.put("each", axis(copies)));
    members.put("rank", number(matrix.rank()));
    members.put("rows", number(matrix.rows()));
    members.put("columns", number(matrix.columns()));
    members.put("parameters", number(matrix.parameters()));
    members.put("full", number(matrix.full()));
    return new JsonValue.Obj(members);
  }

  private JsonValue polynomial(Poly poly) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("polynomial", new JsonValue.Text(poly.toString()));
    Account.at(account.longest(), poly).ifPresent(n -> members.put("at_longest", number(n)));
    Account.at(account.lengths(), poly).ifPresent(n -> members.put("at_lengths", number(n)));
    return new JsonValue.Obj(members);
  }

  private JsonValue share(long part) {
    return new JsonValue.Decimal(
        account.parameters() == 0 ? 0 : (double) part / account.parameters());
  }

  private static JsonValue number(long value) {
    return new JsonValue.Int(value);
  }

  private static <T> JsonValue list(List<T> items, Function<T, JsonValue> each) {
    return new JsonValue.Arr(items.stream().map(each).toList());
  }
}
