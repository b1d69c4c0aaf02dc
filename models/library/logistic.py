"""Logistic growth: proportional to the population and to the room that is left."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dN/dt = r*N*(1 - N/K)     # millions of people
        N(0)  = 3.93
        r     = 0.0313 [1/year]
        K     = 197
        """
    ),
    title="Logistic growth",
    field="biology",
    source=(
        "P.-F. Verhulst (1838), Notice sur la loi que la population suit dans son accroissement, "
        "Correspondance mathématique et physique 10, 113-121; values: R. Pearl, L. J. Reed (1920), "
        "On the rate of growth of the population of the United States since 1790, Proceedings of "
        "the National Academy of Sciences 6(6), 275-288, doi:10.1073/pnas.6.6.275, rounded"
    ),
    reference=Reference(time=100, values={"N": 62.5847012828341}, how="closed form"),
    look="Growth is fastest when N is half of K; long before that it looks exponential.",
)
