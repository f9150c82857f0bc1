package xfm.language.tool;

import java.util.LinkedHashMap;
import java.util.Map;
import xfm.compiler.account.Account;
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

/** {@code account(target, ["d=12288"], json)}: a table, or JSON. */
final class AccountTool extends Builtin {
  AccountTool() {
    super(
        Signature.of(
            "account",
            Parameter.required("target", Kind.TEXT),
            Parameter.required("settings", Kind.LIST),
            Parameter.required("json", Kind.BOOL)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    Map<String, Object> settings = settings(arguments.list(1));
    try (Model model = Target.of(context, arguments.text(0)).open(settings)) {
      Account account = Account.of(model.graph());
      return arguments.truth(2, false)
          ? Json.write(account.json())
          : account.table(context.width());
    }
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
