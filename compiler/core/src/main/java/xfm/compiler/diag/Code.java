package xfm.compiler.diag;

/** The kinds of error, each with the stable word that stands in {@code error[word]}. */
public enum Code {
  /** Not UTF-8, a control character, a byte that no text holds. */
  ENCODING("encoding"),
  /** A text too long, too deeply nested, or with too many parts. */
  LIMIT("limit"),
  /** The grammar does not allow this here. */
  SYNTAX("syntax"),
  /** A name that nothing defines, or that is defined twice. */
  NAME("name"),
  /** A value of one kind where another is needed: a number for a tensor, text for a function. */
  TYPE("type"),
  /** Two sizes that must be the same and are not, or a size that cannot be. */
  SHAPE("shape"),
  /** An index used against the rules: unbound, out of range, ambiguous. */
  INDEX("index"),
  /** A call with arguments missing, too many, or misnamed. */
  CALL("call"),
  /** Equations that read each other in no order of places. */
  RECURRENCE("recurrence"),
  /** A {@code require} that does not hold. */
  REQUIRE("require"),
  /** Numbers that do not work out: division by zero, a quotient that is not whole, overflow. */
  NUMBER("number"),
  /** Paths of weights: two of one name, a label missing. */
  PATH("path"),
  /** A checkpoint's files against what the model declares. */
  CHECKPOINT("checkpoint"),
  /** A file that cannot be read, or lies. */
  FILE("file"),
  /** An input that breaks a declared bound: too long, a token outside the vocabulary. */
  INPUT("input"),
  /** Parsed, but not meant yet. */
  UNSUPPORTED("unsupported");

  private final String word;

  Code(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }
}
