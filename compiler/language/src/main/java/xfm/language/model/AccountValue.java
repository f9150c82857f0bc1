package xfm.language.model;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.interop.UnknownIdentifierException;
import com.oracle.truffle.api.library.ExportLibrary;
import com.oracle.truffle.api.library.ExportMessage;
import java.util.List;
import xfm.compiler.account.Account;
import xfm.compiler.program.Model;
import xfm.language.XfmContext;
import xfm.language.value.Display;
import xfm.language.value.FromJson;
import xfm.language.value.XfmList;
import xfm.language.value.XfmObject;
import xfm.language.value.XfmRecord;

/** The account of a model: printed it is a table, and its figures are members. */
@ExportLibrary(InteropLibrary.class)
public final class AccountValue extends XfmObject {
  private final String table;
  private final XfmRecord figures;

  private AccountValue(Account account, int width) {
    this.table = account.table(width).stripTrailing();
    this.figures = (XfmRecord) FromJson.value(account.json());
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
