/**
 * The words and signs of xfm.
 *
 * Three things are decided after this lexer and before the parser, in Java (xfm.compiler.syntax.Layout):
 *  - which line ends separate statements (the others are dropped; `;` becomes one),
 *  - which `(` opens a list of parameters before an arrow (it becomes ARROW_PAREN),
 *  - limits on size and nesting, and errors about single characters.
 */
lexer grammar XfmLexer;

// A `(` whose `)` is followed by `->`: of a lambda, of a function's type, of a header.
tokens { ARROW_PAREN }

channels { COMMENTS }

// ---- reserved words: these name nothing else ------------------------------------------------
AND    : 'and';
ELSE   : 'else';
FALSE  : 'false';
FN     : 'fn';
FOR    : 'for';
IF     : 'if';
LET    : 'let';
NOT    : 'not';
OR     : 'or';
REPEAT : 'repeat';
RETURN : 'return';
SHARE  : 'share';
THEN   : 'then';
TRUE   : 'true';
WHERE  : 'where';
WHILE  : 'while';

// ---- words with a meaning in one place; elsewhere they are names (parser rule `name`) -------
AS         : 'as';
BLOCK      : 'block';
CHECKPOINT : 'checkpoint';
CONST      : 'const';
IGNORE     : 'ignore';
IMPORT     : 'import';
IN         : 'in';
KEEP       : 'keep';
MODEL      : 'model';
ON         : 'on';
PENALTY    : 'penalty';
REQUIRE    : 'require';
REQUIRES   : 'requires';
SPLIT      : 'split';
STACK      : 'stack';
TRANSPOSE  : 'transpose';
WEIGHT     : 'weight';

// `int`, `float`, `bool`, `token`, `text`, `config`, `sum`, `pi` and the like are plain names.
NAME : LETTER (LETTER | DIGIT)*;

// ---- literals -------------------------------------------------------------------------------
FLOAT : DIGITS '.' DIGITS EXPONENT? | DIGITS EXPONENT;
INT   : DIGITS;

// `2x`, `1_`, `0x1F`, `.5`, `1e`: refused by Layout, with what was meant.
BAD_NUMBER
    : DIGIT (DIGIT | LETTER)*
    | DIGITS '.' DIGITS (DIGIT | LETTER)+
    | '.' DIGIT (DIGIT | LETTER)*
    ;

// A text may have holes, and a hole may hold texts, but those hold no text in a hole of their own:
// so this stays a regular language, and no input can make the lexer recurse.
TEXT
    : '"' (ESCAPE | HOLE | '{{' | ~["\\\r\n{])* '"'
    | '"' (ESCAPE | ~["\\\r\n])* '"'            // a `{` that is never closed: the builder says so
    ;
BAD_TEXT : '"' (ESCAPE | ~["\\\r\n])* '\\'?;    // the line ends before the text does

// ---- signs ----------------------------------------------------------------------------------
ELLIPSIS    : '...';
ARROW       : '->';
PLUS_ASSIGN : '+=';
EQ          : '==';
NE          : '!=';
LE          : '<=';
GE          : '>=';
LT          : '<';
GT          : '>';
ASSIGN      : '=';
POWER       : '**';
STAR        : '*';
FLOOR_SLASH : '//';
SLASH       : '/';
PERCENT     : '%';
PLUS        : '+';
MINUS       : '-';
LPAREN      : '(';
RPAREN      : ')';
LBRACKET    : '[';
RBRACKET    : ']';
LBRACE      : '{';
RBRACE      : '}';
COMMA       : ',';
COLON       : ':';
DOT         : '.';
BAR         : '|';
SEMICOLON   : ';';

NEWLINE : '\r'? '\n';
COMMENT : '#' ~[\r\n]* -> channel(COMMENTS);
SPACE   : [ \t]+ -> channel(HIDDEN);
BOM     : '\uFEFF' -> channel(HIDDEN);          // Layout refuses it anywhere but at the start

// Any other character: refused by Layout, with what was meant.
OTHER : .;

fragment DIGITS   : DIGIT ('_'? DIGIT)*;
fragment EXPONENT : [eE] [+-]? DIGITS;
fragment DIGIT    : [0-9];
fragment LETTER   : [\p{L}_];
fragment ESCAPE   : '\\' ~[\r\n];
fragment HOLE     : '{' (INNER_TEXT | INNER_BRACES | ~["{}\r\n])+ '}';
fragment INNER_BRACES : '{' (INNER_TEXT | ~["{}\r\n])* '}';
fragment INNER_TEXT   : '"' (ESCAPE | ~["\\\r\n])* '"';
