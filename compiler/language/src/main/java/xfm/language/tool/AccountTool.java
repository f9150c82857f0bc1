package xfm.language.tool;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import xfm.compiler.account.Account;
import xfm.compiler.account.Comparison;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.program.Model;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.Sequence;
import xfm.language.value.Values;
import xfm.runtime.io.Json;

/**
 * {@code account(targets, ["d=12288"], length, json)}: a table, or JSON. Several models stand side
 * by side, for texts of that length (0: as long as all can take).
 */
final class AccountTool extends Builtin {
  AccountTool() {
    super(
        Signature.of(
            "account",
            Parameter.required("targets", Kind.LIST),
            Parameter.required("settings", Kind.LIST),
            Parameter.required("length", Kind.INT),
            Parameter.required("json", Kind.BOOL)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    Map<String, Object> settings = settings(arguments.list(1));
    List<Account> accounts = new ArrayList<>();
    Sequence targets = arguments.list(0);
    for (long i = 0; i < targets.size(); i++) {
      try (Model model = Target.of(context, String.valueOf(targets.get(i))).open(settings)) {
        accounts.add(model.account());
      }
    }
    boolean json = arguments.truth(3, false);
    if (accounts.size() == 1) {
      Account account = accounts.getFirst();
      return json ? Json.write(account.json()) : account.table(context.width());
    }
    long length = arguments.integer(2, 0);
    Comparison compared =
        Comparison.of(accounts, length == 0 ? OptionalLong.empty() : OptionalLong.of(length));
    return json ? Json.write(compared.json()) : compared.table();
  }

  private static Map<String, Object> settings(Sequence list) {
    Map<String, Object> settings = new LinkedHashMap<>();
    for (long i = 0; i < list.size(); i++) {
      String setting = Values.kind(list.get(i)).equals("text") ? (String) list.get(i) : "";
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw Diagnostic.of(Code.CALL, "`" + setting + "` is no setting")
            .help("write NAME=VALUE, such as d=12288")
            .raise();
      }
      settings.put(
          setting.substring(0, equals).strip(), value(setting.substring(equals + 1).strip()));
    }
    return settings;
  }

  /** An int, a float, true or false; anything else is a text. */
  private static Object value(String written) {
    try {
      return switch (written) {
        case "true" -> true;
        case "false" -> false;
        case String n when n.matches("[+-]?[0-9_]+") -> Long.parseLong(n.replace("_", ""));
        case String n when n.matches("[+-]?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?") ->
            Double.parseDouble(n);
        default -> written;
      };
    } catch (NumberFormatException _) {
      throw Diagnostic.of(Code.NUMBER, written + " does not fit an int of 64 bits").raise();
    }
  }
}
