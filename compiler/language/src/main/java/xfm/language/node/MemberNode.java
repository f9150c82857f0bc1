package xfm.language.node;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.dsl.NodeChild;
import com.oracle.truffle.api.dsl.Specialization;
import com.oracle.truffle.api.interop.InteropException;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.interop.UnknownIdentifierException;
import com.oracle.truffle.api.interop.UnsupportedMessageException;
import com.oracle.truffle.api.library.CachedLibrary;
import java.util.ArrayList;
import java.util.List;
import xfm.compiler.source.Span;
import xfm.language.error.XfmError;
import xfm.language.value.Members;
import xfm.language.value.Values;

/** {@code base.name}: a field of a record, a method of a model, a member of a host's object. */
@NodeChild(value = "base", type = XfmNode.class)
public abstract class MemberNode extends XfmNode {
  private final String name;
  private final Span nameSpan;

  protected MemberNode(Span span, String name, Span nameSpan) {
    super(span);
    this.name = name;
    this.nameSpan = nameSpan;
  }

  @Specialization(limit = "3")
  protected Object read(Object base, @CachedLibrary("base") InteropLibrary interop) {
    try {
      return Values.fromHost(interop.readMember(base, name));
    } catch (UnknownIdentifierException | UnsupportedMessageException _) {
      throw unknown(base);
    }
  }

  @TruffleBoundary
  private XfmError unknown(Object base) {
    List<String> members = new ArrayList<>();
    InteropLibrary interop = InteropLibrary.getUncached();
    try {
      if (interop.hasMembers(base)) {
        Object names = interop.getMembers(base);
        for (long i = 0; i < interop.getArraySize(names); i++) {
          members.add(interop.asString(interop.readArrayElement(names, i)));
        }
      }
    } catch (InteropException _) {
      members.clear();
    }
    return error(Members.unknown(Values.describe(base), name, members).at(nameSpan));
  }
}
