"""The grammar of models: terminals, formulas, and the frame that kinds of statement fill.

A name leaves out superscript digits, which Unicode would otherwise turn from a power into part of
it. An element, x[3], is a name that a bracket touches; a unit stands apart. Words such as `for` and
`and` mean something only where no name could stand, and are ordinary names elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable

_RAISED = r"\u00b2\u00b3\u00b9\u2070-\u2079"
_WORD = rf"[^\W\d{_RAISED}][^\W{_RAISED}]*"
NAME = rf"{_WORD}(?:\.{_WORD})*"  # with dots of a part: mug.T
NUMBER = r"(?:[0-9]+\.(?!\.)[0-9]*|\.[0-9]+|[0-9]+)(?:[eE][+-]?[0-9]+)?"
_TIMES = r"(\^?[0-9]+|\u00b2|\u00b3)"  # how often something is differentiated

_TERMINALS = rf"""
SIGN: "-" | "+" | "\u2212"
PLUS: "+"
MINUS: "-" | "\u2212"
TIMES: "*" | "\u00b7" | "\u00d7" | "\u22c5"
DIVIDE: "/"
POWER: "^" | "**"
COMPARE: "<=" | ">=" | "==" | "<" | ">"
AND: /and(?!\w)/
OR: /or(?!\w)/
NOT.2: /not(?=[ \t]*[\w(.+\u2212-])(?!\w)/
DERIVATIVE.2: /d{_TIMES}?{NAME}[ \t]*\/[ \t]*d{NAME}{_TIMES}?(?=[ \t]*=)/
ELEMENT.2: /{NAME}\[/
PRIMES: /'+/
NUMBER: /{NUMBER}/
INTEGER: /[0-9]+/
NAME: /{NAME}/
UNIT: /\[[^\]\n]*\]/
_OPEN: "["
_CLOSE: "]"
_TO: ".."
_FOR: /for(?!\w)/
_IN: /in(?!\w)/
_NEWLINE: /(\n|;|\r)+/
%ignore /[ \t\f\u00a0\ufeff]+/
%ignore /#[^\n]*/
"""

_FORMULAS = r"""
condition: _NEWLINE* argument _NEWLINE*
expression: _NEWLINE* sum _NEWLINE*
?argument: both | argument OR both                       -> joined
?both: denied | both AND denied                          -> joined
?denied: comparison | NOT denied                         -> opposite
?comparison: sum | sum COMPARE sum                       -> infix
?sum: product | sum PLUS product                         -> infix
              | sum MINUS product                        -> infix
?product: unary | product TIMES unary                    -> infix
                | product DIVIDE unary                   -> infix
?unary: power | MINUS unary                              -> negative
              | PLUS unary                               -> positive
?power: atom | atom POWER unary                          -> infix
?atom: NUMBER                                            -> number
     | NAME PRIMES?                                      -> name
     | element PRIMES?                                   -> name
     | NAME "(" (argument ("," argument)*)? ")"          -> call
     | NAME "(" argument ranges ")"                      -> series
     | "(" argument ")"                                  -> group
element: ELEMENT index ("," index)* _CLOSE
ranges: _FOR range ("," range)*
range: NAME _IN index _TO index
?index: steps | index PLUS steps                         -> infix
              | index MINUS steps                        -> infix
?steps: place | steps TIMES place                        -> infix
?place: INTEGER                                          -> number
      | NAME                                             -> name
      | MINUS place                                      -> negative
      | "(" index ")"                                    -> group
"""

_FRAME = r"""
model: statement? (_NEWLINE statement?)*
quantity: NAME | element
primed: NAME PRIMES | element PRIMES
right: sum UNIT? bounds? ranges?
bounds: _IN _OPEN bound "," bound _CLOSE
bound: SIGN? (NUMBER | NAME)
signed: SIGN? NUMBER
"""


def grammar(rules: Iterable[str], kinds: Iterable[str]) -> str:
    """Return the whole grammar, given the rules of statements and the names of the kinds."""
    statement = f"?statement: {' | '.join(kinds)}"
    return "\n".join([_FRAME, statement, *rules, _FORMULAS, _TERMINALS])
