package xfm.language.model;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.interop.UnknownIdentifierException;
import com.oracle.truffle.api.library.ExportLibrary;
import com.oracle.truffle.api.library.ExportMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import xfm.compiler.account.Account;
import xfm.compiler.program.Model;
import xfm.language.XfmContext;
import xfm.language.value.Display;
import xfm.language.value.Nothing;
import xfm.language.value.XfmList;
import xfm.language.value.XfmObject;
import xfm.language.value.XfmRecord;
import xfm.runtime.io.JsonValue;

/** The account of a model: printed it is a table, and its figures are members. */
@ExportLibrary(InteropLibrary.class)
public final class AccountValue extends XfmObject {
  private final String table;
  private final XfmRecord figures;

  private AccountValue(Account account, int width) {
    this.table = account.table(width).stripTrailing();
    this.figures = (XfmRecord) value(account.json());
  }

  public static AccountValue of(Model model, XfmContext context) {
    return new AccountValue(Account.of(model.graph()), context.width());
  }

  @Override
  public String kind() {
    return "account";
  }

  @Override
  protected void display(Display out) {
    out.raw(table);
  }

  private static Object value(JsonValue json) {
    return switch (json) {
      case JsonValue.Obj object -> {
        SequencedMap<String, Object> fields = new LinkedHashMap<>();
        object.members().forEach((name, member) -> fields.put(name, value(member)));
        yield new XfmRecord(fields);
      }
      case JsonValue.Arr array -> {
        List<Object> items = new ArrayList<>();
        array.items().forEach(item -> items.add(value(item)));
        yield XfmList.of(items);
      }
      case JsonValue.Text text -> text.value();
      case JsonValue.Int number ->
          number.value().bitLength() < 64
              ? (Object) number.value().longValue()
              : (Object) number.value().doubleValue();
      case JsonValue.Decimal number -> number.value();
      case JsonValue.Bool truth -> truth.value();
      case JsonValue.Null _ -> Nothing.VALUE;
    };
  }

  @ExportMessage
  boolean hasMembers() {
    return true;
  }

  @ExportMessage
  @TruffleBoundary
  Object getMembers(@SuppressWarnings("unused") boolean includeInternal) {
    return XfmList.of(List.copyOf(figures.fields().keySet()));
  }

  @ExportMessage
  @TruffleBoundary
  boolean isMemberReadable(String member) {
    return figures.fields().containsKey(member);
  }

  @ExportMessage
  @TruffleBoundary
  Object readMember(String member) throws UnknownIdentifierException {
    Object figure = figures.fields().get(member);
    if (figure == null) {
      throw UnknownIdentifierException.create(member);
    }
    return figure;
  }
}
