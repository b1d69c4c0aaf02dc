"""The predator-prey equations of Lotka and Volterra."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dhare/dt = alpha*hare - beta*hare*fox      # thousands
        dfox/dt  = delta*hare*fox - gamma*fox      # thousands
        hare(0)  = 30
        fox(0)   = 4
        alpha    = 0.55  [1/year]
        beta     = 0.028 [1/year]
        gamma    = 0.8   [1/year]
        delta    = 0.024 [1/year]
        """
    ),
    title="Hares and foxes (Lotka-Volterra)",
    field="biology",
    source=(
        "A. J. Lotka (1925), Elements of Physical Biology, Williams and Wilkins; V. Volterra "
        "(1926), Fluctuations in the abundance of a species considered mathematically, Nature 118, "
        "558-560, doi:10.1038/118558a0; values: B. Carpenter (2018), Predator-prey population "
        "dynamics: the Lotka-Volterra model in Stan, found for hare and lynx"
    ),
    reference=Reference(
        time=10,
        values={"hare": 23.4397979447759, "fox": 4.38707791741862},
        how="Taylor series of order 45, 50 digits",
    ),
    look="The foxes peak a seventh of a cycle after the hares, and every orbit closes on itself.",
)
