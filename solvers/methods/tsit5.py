"""The pair of Tsitouras: order 5(4), seven stages of which one is free."""

from ..method import Method
from ..tableau import ButcherTableau

# The first column of a is what the row sums leave; the other columns are the paper's digits.
METHOD = Method(
    name="tsit5",
    tableau=ButcherTableau.read(
        """
        0.0   |
        0.161 |  0.161
        0.327 | -0.008480655492356989 0.3354806554923570
        0.9   |  2.897153057105493   -6.359448489975075 4.362295432869581
        0.9800255409045097 | 5.325864828439257 -11.74888356406283 7.495539342889836 -0.09249506636175525
        1.0   |  5.861455442946420 -12.92096931784711 8.159367898576159 -0.07158497328140100 -0.02826905039406838
        1.0   |  0.09646076681806523 0.01 0.4798896504144996 1.379008574103742 -3.290069515436081 2.324710524099774
              |  0.09646076681806523 0.01 0.4798896504144996 1.379008574103742 -3.290069515436081 2.324710524099774 0.0
        """,
    ),
    order=5,
    embedded_order=None,
    source="",
)
