package xfm.compiler.diag;

/** Gives colour to words, or leaves them as they are. */
enum Paint {
  PLAIN {
    @Override
    String of(Style style, String text) {
      return text;
    }
  },
  ANSI {
    @Override
    String of(Style style, String text) {
      return style.code.isEmpty() ? text : "\u001b[" + style.code + "m" + text + "\u001b[0m";
    }
  };

  enum Style {
    TEXT(""),
    TITLE("1"),
    ERROR("1;31"),
    GUTTER("34"),
    FIRST("31"),
    OTHER("36"),
    HINT("1;36");

    private final String code;

    Style(String code) {
      this.code = code;
    }
  }

  abstract String of(Style style, String text);
}
