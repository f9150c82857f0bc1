package xfm.language.call;

import java.util.Optional;
import java.util.function.Supplier;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.language.value.Sequence;
import xfm.language.value.TensorValue;
import xfm.language.value.Values;

/** The arguments of one call of a builtin or method: of the kinds that its signature states. */
public final class Arguments {
  private final Object[] slots;
  private final CallSite site;

  public Arguments(Object[] slots, CallSite site) {
    this.slots = slots;
    this.site = site;
  }

  /** The object whose method is called. */
  public Object receiver() {
    return slots[0];
  }

  public CallSite site() {
    return site;
  }

  /** The value for parameter {@code p}, counted from 0. */
  public Optional<Object> find(int p) {
    return Optional.ofNullable(slots[p + 1]);
  }

  /** The value of a required parameter. */
  public Object get(int p) {
    return slots[p + 1];
  }

  public String text(int p) {
    return (String) slots[p + 1];
  }

  public Sequence list(int p) {
    return Values.sequence(slots[p + 1]).orElseThrow();
  }

  /** A list of numbers: of a tensor all elements. */
  public Sequence numbers(int p) {
    Sequence list = list(p);
    return list instanceof TensorValue tensor ? tensor.flat() : list;
  }

  public long integer(int p, long otherwise) {
    return slots[p + 1] == null ? otherwise : (long) slots[p + 1];
  }

  public double number(int p, double otherwise) {
    return slots[p + 1] == null ? otherwise : (double) slots[p + 1];
  }

  public boolean truth(int p, boolean otherwise) {
    return slots[p + 1] == null ? otherwise : (boolean) slots[p + 1];
  }

  /** A problem with the argument for parameter {@code p}. */
  public Diagnostic problem(int p, Code code, String message) {
    Diagnostic problem = Diagnostic.of(code, message);
    return site.argument(p).map(problem::at).orElse(problem);
  }

  /** A problem with the call as a whole. */
  public Diagnostic problem(Code code, String message) {
    Diagnostic problem = Diagnostic.of(code, message);
    return site.span().map(problem::at).orElse(problem);
  }

  /** Does something with the argument for parameter {@code p}: what goes wrong is marked there. */
  public <T> T at(int p, Supplier<T> work) {
    try {
      return work.get();
    } catch (XfmException e) {
      throw new XfmException(
          e.diagnostics().stream()
              .map(d -> site.argument(p).map(place -> d.from(place, "given here")).orElse(d))
              .toList());
    }
  }
}
