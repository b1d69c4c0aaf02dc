"""Prey that crowd one another, and predators that need time to handle them."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dN/dt = r*N*(1 - N/K) - a*N*P/(1 + a*h*N)      # prey
        dP/dt = e*a*N*P/(1 + a*h*N) - m*P              # predators
        N(0)  = 5
        P(0)  = 2
        r     = 1   [1/month]
        K     = 10
        a     = 1   [1/month]       # attacks
        h     = 0.5 [month]         # handling
        e     = 0.5
        m     = 0.4 [1/month]
        """
    ),
    title="Predators that can be full (Rosenzweig-MacArthur)",
    field="biology",
    source=(
        "M. L. Rosenzweig, R. H. MacArthur (1963), Graphical representation and stability "
        "conditions of predator-prey interactions, American Naturalist 97(895), 209-223, "
        "doi:10.1086/282272; M. L. Rosenzweig (1971), Paradox of enrichment, Science 171(3969), "
        "385-387, doi:10.1126/science.171.3969.385"
    ),
    reference=Reference(
        time=20,
        values={"N": 8.42301757761968, "P": 1.12716174725342},
        how="Taylor series of order 40, 60 digits",
    ),
    look="Feed the prey, by a larger K, and the peace between them breaks into ever wilder cycles.",
)
