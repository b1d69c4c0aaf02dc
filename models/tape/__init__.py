"""The tape: the only representation of mathematics, and what is done to it.

Floors, read upward: `operations`, `elsewhere`, `folding`, `value`, `program`; `series`, `gauss`,
`lambert` and `elliptic`, of which special functions are made, `quadrature`, `kepler`, `passage`,
`turning` and `special`; then `complexes`, `revolution`, `volterra`, `omega`, `differentiate`,
`bounds`, `saturate`, `taylor`, `pullback`, `linear`, `elimination`, `expression`, `sharing`,
`confluent`, `slopes`, `meaning`, `digits`, `precise`, `plain`. The few names everyone
needs are here.
"""

from .operations import Node, evaluate
from .program import Builder, Tape
from .value import Value, where

__all__ = ["Builder", "Node", "Tape", "Value", "evaluate", "where"]
