package xfm.language.node;

import com.oracle.truffle.api.dsl.TypeSystem;

/** The values that nodes hand on without boxing. An int never becomes a float by itself. */
@TypeSystem({long.class, double.class, boolean.class})
abstract class XfmTypes {}
