/**
 * The nodes of a running script, one concern a file: names ({@code Read…}, {@code Write…}),
 * operators, calls, statements. Read {@link xfm.language.node.XfmNode}, then {@link
 * xfm.language.node.XfmRootNode}.
 */
package xfm.language.node;
