package xfm.compiler.syntax;

import static xfm.grammar.XfmLexer.*;

import java.util.Set;

/** What the kinds of token are to the layout of a program. */
final class Signs {
  private Signs() {}

  private static final Set<Integer> BINARY =
      Set.of(
          AND, OR, EQ, NE, LE, GE, LT, GT, POWER, STAR, FLOOR_SLASH, SLASH, PERCENT, PLUS, MINUS);

  private static final Set<Integer> LEADING = Set.of(THEN, ELSE, WHERE, ARROW, DOT);

  private static final Set<Integer> TRAILING =
      Set.of(NOT, IF, THEN, ELSE, WHERE, SHARE, ARROW, ASSIGN, PLUS_ASSIGN, COMMA, COLON, BAR);

  /** Whether a line that starts with it goes on with the line before. */
  static boolean continuesBefore(int type) {
    return BINARY.contains(type) || LEADING.contains(type);
  }

  /** Whether a line that ends with it goes on in the next. */
  static boolean continuesAfter(int type) {
    return BINARY.contains(type) || TRAILING.contains(type);
  }

  static boolean isOpening(int type) {
    return type == LPAREN || type == ARROW_PAREN || type == LBRACKET || type == LBRACE;
  }

  static boolean isClosing(int type) {
    return type == RPAREN || type == RBRACKET || type == RBRACE;
  }

  /** The closing bracket of an opening one. */
  static int closing(int opening) {
    return switch (opening) {
      case LPAREN, ARROW_PAREN -> RPAREN;
      case LBRACKET -> RBRACKET;
      default -> RBRACE;
    };
  }

  /** A name, or a word that may be one. */
  static boolean isName(int type) {
    return type >= AS && type <= NAME;
  }

  /** A word that is nothing but itself. */
  static boolean isReserved(int type) {
    return type >= AND && type <= WHILE;
  }

  /** Whether an operand may end with it. */
  static boolean endsOperand(int type) {
    return isName(type)
        || isClosing(type)
        || switch (type) {
          case INT, FLOAT, BAD_NUMBER, TEXT, BAD_TEXT, TRUE, FALSE -> true;
          default -> false;
        };
  }
}
