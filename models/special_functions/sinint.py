"""The sine integral Si."""

from __future__ import annotations

from ..tape.composed.series import choose
from ..tape.composed.special import SpecialFunction

FUNCTION = SpecialFunction(
    "sine integral Si",
    (lambda x, _: choose(x.apply("eq", 0.0), 1.0, x.apply("sin") / x),),
    lambda context, x: context.si(x),
    "all numbers",
    "DLMF 6.2.9",
    r"\operatorname{{Si}}\left({0}\right)",
    known_as=("Si", ()),
    scipy="special.sici({0})[0]",
)
