package xfm.language.node;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.RootCallTarget;
import com.oracle.truffle.api.dsl.Cached;
import com.oracle.truffle.api.dsl.Fallback;
import com.oracle.truffle.api.dsl.Specialization;
import com.oracle.truffle.api.interop.ArityException;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.interop.UnsupportedMessageException;
import com.oracle.truffle.api.interop.UnsupportedTypeException;
import com.oracle.truffle.api.nodes.DirectCallNode;
import com.oracle.truffle.api.nodes.IndirectCallNode;
import com.oracle.truffle.api.nodes.Node;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.language.call.CallSite;
import xfm.language.call.Signature;
import xfm.language.call.XfmCallable;
import xfm.language.call.XfmFunction;
import xfm.language.value.Values;

/** Calls a value with values. How arguments go to parameters is worked out once for a callee. */
abstract class DispatchNode extends Node {
  protected final CallShape shape;

  protected DispatchNode(CallShape shape) {
    this.shape = shape;
  }

  abstract Object execute(Object callee, Object[] arguments);

  @Specialization(guards = "callee.target() == target", limit = "3")
  protected static Object direct(
      XfmFunction callee,
      Object[] arguments,
      @Cached("callee.target()") RootCallTarget target,
      @Cached("site(callee)") CallSite site,
      @Cached("create(target)") DirectCallNode call) {
    return call.call(arrange(callee, arguments, site));
  }

  @Specialization(replaces = "direct")
  protected Object indirect(XfmFunction callee, Object[] arguments, @Cached IndirectCallNode call) {
    return call.call(callee.target(), arrange(callee, arguments, site(callee)));
  }

  @Specialization(
      guards = {"!isFunction(callee)", "callee.signature() == signature"},
      limit = "3")
  protected static Object known(
      XfmCallable callee,
      Object[] arguments,
      @Cached("callee.signature()") Signature signature,
      @Cached("site(callee)") CallSite site) {
    return callee.call(arrange(callee, arguments, site), site);
  }

  @Specialization(guards = "!isFunction(callee)", replaces = "known")
  protected Object changing(XfmCallable callee, Object[] arguments) {
    CallSite site = site(callee);
    return callee.call(arrange(callee, arguments, site), site);
  }

  @Fallback
  @TruffleBoundary
  protected Object foreign(Object callee, Object[] arguments) {
    InteropLibrary interop = InteropLibrary.getUncached();
    if (!interop.isExecutable(callee)) {
      throw shape.noFunction(callee).raise();
    }
    if (shape.named()) {
      throw hostProblem("a function of the host takes no arguments by name");
    }
    try {
      return Values.fromHost(interop.execute(callee, arguments));
    } catch (ArityException e) {
      throw hostProblem("the host's function takes another number of arguments");
    } catch (UnsupportedTypeException | UnsupportedMessageException e) {
      throw hostProblem("the host's function does not take these arguments: " + e.getMessage());
    }
  }

  private XfmException hostProblem(String message) {
    return Diagnostic.of(Code.CALL, message).at(shape.call()).raise();
  }

  protected final CallSite site(XfmCallable callee) {
    return shape.site(callee.signature(), this);
  }

  protected static boolean isFunction(Object callee) {
    return callee instanceof XfmFunction;
  }

  private static Object[] arrange(XfmCallable callee, Object[] arguments, CallSite site) {
    return callee.signature().arrange(callee.own(), arguments, site.target(), site.places());
  }
}
