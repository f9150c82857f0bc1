package xfm.language.tool;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import xfm.compiler.account.Account;
import xfm.compiler.account.Comparison;
import xfm.compiler.program.Model;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.value.Sequence;
import xfm.runtime.io.Json;

/**
 * {@code account(targets, xfm, ["d=12288"], {n: 512}, json)}: a table, or JSON. Several models
 * stand side by side, at the lengths that are given, or as long as all can take.
 */
final class AccountTool extends Builtin {
  AccountTool() {
    super(
        Signature.of(
            "account",
            Parameter.required("targets", Kind.LIST),
            Parameter.required("xfm", Kind.TEXT),
            Parameter.required("settings", Kind.LIST),
            Parameter.required("lengths", Kind.ANY),
            Parameter.required("json", Kind.BOOL)));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    Optional<Path> xfm = Models.file(context, arguments.text(1));
    Map<String, Object> settings = Sizes.settings(arguments.list(2));
    Map<String, Long> lengths = Sizes.lengths(arguments.get(3));
    List<Account> accounts = new ArrayList<>();
    Set<String> known = new LinkedHashSet<>();
    Set<String> open = new LinkedHashSet<>();
    Sequence targets = arguments.list(0);
    boolean alone = targets.size() == 1;
    for (long i = 0; i < targets.size(); i++) {
      try (Model model = Target.of(context, String.valueOf(targets.get(i))).open(settings, xfm)) {
        accounts.add(model.account(alone ? lengths : Map.of()));
        known.addAll(Sizes.names(model));
        open.addAll(Sizes.open(model, lengths));
      }
    }
    boolean json = arguments.truth(4, false);
    if (alone) {
      Account account = accounts.getFirst();
      return json
          ? Json.write(account.json())
          : account.table(context.width()) + Sizes.note(lengths, open);
    }
    Sizes.known(lengths, known);
    Comparison compared = Comparison.of(accounts, lengths);
    return json ? Json.write(compared.json()) : compared.table() + Sizes.note(lengths, open);
  }
}
