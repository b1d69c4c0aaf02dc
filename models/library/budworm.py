"""A caterpillar that birds keep down, as long as it is rare."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dB/dt = r*B*(1 - B/K) - beta*B^2/(alpha^2 + B^2)
        B(0)  = 0.5
        r     = 0.6 [1/year]
        K     = 20
        alpha = 1
        beta  = 1   [1/year]
        """
    ),
    title="Outbreaks of the spruce budworm",
    field="biology",
    source=(
        "D. Ludwig, D. D. Jones, C. S. Holling (1978), Qualitative analysis of insect outbreak "
        "systems: the spruce budworm and forest, Journal of Animal Ecology 47(1), 315-332, "
        "doi:10.2307/3939"
    ),
    reference=Reference(
        time=60, values={"B": 18.1711267186331}, how="Taylor series of order 40, 60 digits"
    ),
    look=(
        "While r grows with the forest the low state disappears, and the budworms that few birds "
        "had kept down are suddenly everywhere."
    ),
)
