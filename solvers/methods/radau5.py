"""Radau IIA of order 5: three implicit stages.

Its error estimate is of order 3 only, so that it takes more steps than `radau9` at any tolerance.
"""

from ..method import Method
from ..tableaux.collocation import radau

METHOD = Method(
    name="radau5",
    tableau=radau(
        (
            "0.155051025721682190180271592529410860803405251934332987156731",
            "0.644948974278317809819728407470589139196594748065667012843269",
            "1",
        )
    ),
    order=5,
    embedded_order=3,
    dense_order=3,
    source=(
        "E. Hairer, G. Wanner (1996), Solving Ordinary Differential Equations II, 2nd edition, "
        "sections IV.5 and IV.8, doi:10.1007/978-3-642-05221-7"
    ),
)
