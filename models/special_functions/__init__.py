"""The shelf of special functions: one file each, found by the name it has in model texts.

The members are written with values of the tape, which in turn asks this shelf for what is no plain
operation; so this file is ground and imports no member.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..shelf import Shelf

if TYPE_CHECKING:
    from ..tape.composed.special import SpecialFunction

SHELF: Shelf[SpecialFunction] = Shelf(__name__, "FUNCTION", "special function")
