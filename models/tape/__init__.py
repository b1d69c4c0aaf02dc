"""The tape: the only representation of mathematics, and what is done to it.

Floors, read upward, the folders with floors of their own: `operations`, `elsewhere`, `meaning`,
`folding`, `value`, `program`; `twofold/`, numbers of twice the digits, and `refined`; `composed/`,
functions made of plain operations; `unbounded`, whose exponentials may be no doubles; `complexes`,
`differentiate`, `bounds`, `roundings`, `saturate`, `taylor`, `pullback`, `linear`, `elimination`,
`squares`; `writing/`, formulas as people read them; `digits`, `precise`, `plain`. The few names
everyone needs are here.
"""

from .operations import Node, evaluate
from .program import Builder, Tape
from .value import Value, where

__all__ = ["Builder", "Node", "Tape", "Value", "evaluate", "where"]
