/**
 * The grammar of xfm. It is a little wider than the language: what depends on more than the order of
 * words (a target that is no target, `where` outside a reduction, `a < b < c`, a declaration inside a
 * block) is accepted here and refused, with a better message, where the tree is built.
 *
 * NEWLINE stands between statements only; see xfm.compiler.syntax.Layout.
 */
parser grammar XfmParser;

options { tokenVocab = XfmLexer; }

file : (version NEWLINE?)? statements EOF;

version : REQUIRES NAME INT;

/** One expression alone: a hole of a text. */
soleExpression : expression EOF;

// ---- statements -----------------------------------------------------------------------------

statements : (statement (NEWLINE statement)*)?;

block : LBRACE statements RBRACE;

statement
    : declaration                                                               # Declare
    | CHECKPOINT name LBRACE checkpointLines RBRACE                             # CheckpointSection
    | IMPORT TEXT (AS name)?                                                    # ImportFile
    | weight                                                                    # DeclareWeight
    | LET name ASSIGN labelled                                                  # Let
    | KEEP name subscripts? ASSIGN labelled                                     # Keep
    | PENALTY name ASSIGN expression                                            # Penalty
    | RETURN labelled (ASSIGN labelled)?                                        # Return
    | REPEAT expression (AS name LBRACKET name RBRACKET)? block                 # Repeat
    | ifStatement                                                               # Choose
    | FOR name IN expression block                                              # ForEach
    | WHILE expression block                                                    # While
    | labelled ((ASSIGN | PLUS_ASSIGN) labelled)?                               # Simple
    ;

ifStatement : IF expression block (ELSE (ifStatement | block))?;

// ---- declarations ---------------------------------------------------------------------------

declaration
    : (FN | BLOCK | MODEL) name parameterList (ARROW type)?
      (NEWLINE? REQUIRE expression)*
      (NEWLINE? block | NEWLINE? ASSIGN labelled)
    ;

parameterList : (LPAREN | ARROW_PAREN) (parameter (COMMA parameter)* COMMA?)? RPAREN;

parameter : name (COLON type)? (ASSIGN expression)?;

/** The condition may stand before the initial value or after it, but once. */
weight
    : (WEIGHT | CONST) weightName (COMMA weightName)* (COLON tensorType)?
      condition? (ASSIGN expression)? condition?
    ;

weightName : name subscripts?;

condition : IF expression (ELSE expression)?;

// ---- types ----------------------------------------------------------------------------------

type
    : tensorType                                                                # TensorOf
    | scalarType                                                                # ScalarOf
    | BLOCK? functionParameters ARROW type                                      # FunctionOf
    | LBRACE typeField (COMMA typeField)* COMMA? RBRACE                         # RecordOfTypes
    ;

tensorType : LBRACKET (dim (COMMA dim)* COMMA?)? RBRACKET scalarType?;

/** `n`, `4 * d`, `n <= context`, `...`. */
dim : ELLIPSIS | expression;

/** `int`, `token(vocab)`, `int < buckets`. */
scalarType : NAME (LPAREN expression RPAREN)? (LT expression)?;

functionParameters
    : (LPAREN | ARROW_PAREN) (functionParameter (COMMA functionParameter)* COMMA?)? RPAREN
    ;

/** `s: float`, `float`, and `h < heads`, which has the shape of a scalar type. */
functionParameter : (name COLON)? type;

typeField : name COLON type;

// ---- expressions ----------------------------------------------------------------------------

/** A label names the weights of a call: `ln_1: layer_norm(x)`. */
labelled : (name COLON)? expression;

/** Tightest first. Comparisons do not chain: the builder refuses `a < b < c`. */
expression
    : expression subscripts                                                     # Subscript
    | expression arguments                                                      # Call
    | expression DOT name                                                       # Member
    | SHARE expression                                                          # Share
    | <assoc=right> expression POWER expression                                 # Power
    | MINUS expression                                                          # Negate
    | expression (STAR | SLASH | FLOOR_SLASH | PERCENT) expression              # Multiply
    | expression (PLUS | MINUS) expression                                      # Add
    | expression (EQ | NE | LT | LE | GT | GE) expression                       # Compare
    | NOT expression                                                            # Not
    | expression AND expression                                                 # And
    | expression OR expression                                                  # Or
    | IF expression THEN expression ELSE expression                             # Choice
    | ARROW_PAREN (parameter (COMMA parameter)* COMMA?)? RPAREN ARROW expression # Lambda
    | LPAREN expression (COMMA expression)* (ELSE expression)? RPAREN           # Group
    | LPAREN name COLON expression RPAREN                                       # LabelledGroup
    | LBRACKET (expression (COMMA expression)* COMMA?)? RBRACKET                # ListOf
    | LBRACE (field (COMMA field)* COMMA?)? RBRACE                              # RecordOf
    | (TRUE | FALSE)                                                            # Bool
    | INT                                                                       # Int
    | FLOAT                                                                     # Float
    | TEXT                                                                      # Text
    | name                                                                      # NameOf
    ;

/** The positions of a subscript, the indices that an equation defines, the binders of a reduction. */
subscripts : LBRACKET (index (COMMA index)* COMMA?)? RBRACKET;

/** `...`, `:`, `i + 1`, and with a stated size `t: n // 2`. */
index : ELLIPSIS | COLON | expression (COLON expression)?;

/** `where` and `else` belong to reductions: `max[j](s where m else 0)`. */
arguments
    : LPAREN (argument (COMMA argument)* COMMA?)? (WHERE expression)? (ELSE expression)? RPAREN
    ;

argument : (name ASSIGN)? labelled;

field : name COLON expression;

// ---- checkpoints ----------------------------------------------------------------------------

checkpointLines : (checkpointLine ((COMMA | NEWLINE) checkpointLine)*)?;

checkpointLine
    : IGNORE TEXT (COMMA TEXT)*                                                 # Ignore
    | IGNORE NAME DOT configKeys                                                # IgnoreConfig
    | REQUIRE expression                                                        # CheckpointRequire
    | path ASSIGN TEXT (OR TEXT)* transform*                                    # Mapping
    | path ASSIGN expression (ELSE expression)?                                 # Setting
    ;

configKeys : name | LPAREN name (BAR name)* RPAREN;

path : pathSegment (DOT pathSegment)*;

/** `layer[l]`, `(query | key)`. */
pathSegment : (name | LPAREN name (BAR name)* RPAREN) (LBRACKET expression RBRACKET)?;

transform
    : SPLIT expression (ON name)?                                               # Split
    | STACK expression                                                          # Stack
    | TRANSPOSE                                                                 # Transpose
    | AS LBRACKET (expression (COMMA expression)* COMMA?)? RBRACKET             # As
    ;

// ---- names ----------------------------------------------------------------------------------

name
    : NAME | AS | BLOCK | CHECKPOINT | CONST | IGNORE | IMPORT | IN | KEEP | MODEL | ON | PENALTY
    | REQUIRE | REQUIRES | SPLIT | STACK | TRANSPOSE | WEIGHT
    ;
