"""Radau IIA of order 9: five implicit stages, for stiff models at fine tolerances.

Chosen by measurement among methods under which fast modes vanish: on the stiff problems of DETEST,
Robertson's, HIRES, Van der Pol's and the Oregonator it takes 2/5 to 4/5 of the steps of Rodas5P at
a relative tolerance of 1e-4, 1/4 to 2/3 at 1e-6, and 1/2 to 1/13 at 1e-10, each of which costs some
two or three times as much.
"""

from ..method import Method
from ..tableaux.collocation import radau

METHOD = Method(
    name="radau9",
    tableau=radau(
        (
            "0.057104196114517682193121192554115621235077945598750",
            "0.27684301363812382768004599768562514111088916969503",
            "0.58359043236891682005669766866291724869343263989677",
            "0.86024013565621944784791291887511976673837802258723",
            "1",
        )
    ),
    order=9,
    embedded_order=5,
    dense_order=5,
    source=(
        "E. Hairer, G. Wanner (1996), Solving Ordinary Differential Equations II, 2nd edition, "
        "sections IV.5 and IV.8, doi:10.1007/978-3-642-05221-7"
    ),
)
