package xfm.language.node;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.nodes.Node;
import java.util.List;
import java.util.Optional;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.source.Span;
import xfm.language.call.CallSite;
import xfm.language.call.Signature;
import xfm.language.call.Signature.Written;
import xfm.language.value.BlockValue;
import xfm.language.value.Values;

/** A call as it was written: {@code callee} is the place of what is called. */
public record CallShape(Span call, Span callee, List<Written> written, List<Span> places) {

  /** How the arguments go to the parameters of what turned out to be called. */
  @TruffleBoundary
  CallSite site(Signature signature, Node location) {
    return new CallSite(location, Optional.of(call), signature.bind(written), places);
  }

  boolean named() {
    return written.stream().anyMatch(argument -> argument.name().isPresent());
  }

  /** Said where the callee can be called by nobody. */
  public Diagnostic noFunction(Object callee) {
    return Diagnostic.of(Code.TYPE, Values.describe(callee) + " cannot be called")
        .at(this.callee)
        .help(
            callee instanceof BlockValue
                ? "a block is called inside a model, for its weights"
                : "");
  }
}
