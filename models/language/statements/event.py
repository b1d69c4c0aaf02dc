"""Events: ``when h < 0: v = -e*v``, ``at t = 5, 10: x += 1``, ``every 24: …``, ``stop when …``."""

from __future__ import annotations

from ..events import keep_event
from ..statement import Statement

_RULES = r"""
when: STOPS? WHEN argument then
at: STOPS? AT times then
every: STOPS? EVERY period since? until? then
times: (NAME "=")? sum ("," sum)*
period: sum
since: _FROM sum
until: _UPTO sum
then: (":" action ("," action)*)? ranges?
action: target "=" sum                                   -> sets
      | target CHANGE sum                                -> sets
      | STOP                                             -> ends
      | NOTE                                             -> notes
target: (NAME | element) PRIMES?
WHEN.3: /when(?!\w)@/
AT.3: /at(?!\w)@/
EVERY.3: /every(?!\w)@/
STOPS.3: /stop(?=[ \t]+(when|at|every)(?!\w))/
STOP.3: /stop(?=[ \t]*([,;\n\r#]|$))/
NOTE.3: /note(?=[ \t]*([,;\n\r#]|$))/
_FROM: /from(?!\w)/
_UPTO: /to(?!\w)/
CHANGE: "+=" | "-=" | "*=" | "/="
"""
# Each word is an ordinary name where an = or the bracket of a start value follows.
_NO_NAME = r"(?![ \t]*(=(?!=)|'|\[|\([ \t]*[-+]?[\d.]+[ \t]*\)[ \t]*=(?!=)))"

STATEMENT = Statement(
    _RULES.replace("@", _NO_NAME),
    {"when": keep_event("when"), "at": keep_event("at"), "every": keep_event("every")},
)
