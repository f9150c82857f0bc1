package xfm.compiler.syntax;

/**
 * What a text may be at most. They keep reading fast and every later pass safe from running out of
 * stack: no tree is deeper than {@link #DEPTH} plus a few levels.
 */
final class Limits {
  /** Bytes of a file, UTF-16 units of a text. */
  static final int TEXT = 4 << 20;

  /** Words, numbers, texts and signs. The longest models, written flat, have about 250,000. */
  static final int TOKENS = 500_000;

  /** Brackets in brackets. */
  static final int BRACKETS = 200;

  /** Operations in operations, brackets counting as one. */
  static final int DEPTH = 500;

  /** Errors that are collected before the rest is passed over. */
  static final int ERRORS = 50;

  private Limits() {}
}
