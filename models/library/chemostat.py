"""Bacteria in a flow of fresh medium, with growth that one nutrient limits."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dX/dt = mu*S/(K + S)*X - D*X                   # bacteria
        dS/dt = D*(S_f - S) - mu*S/(K + S)*X/Y         # nutrient
        X(0)  = 0.1 [g/L]
        S(0)  = 10  [g/L]
        mu    = 1   [1/h]
        K     = 0.2 [g/L]
        D     = 0.4 [1/h]          # flow over volume
        S_f   = 10  [g/L]
        Y     = 0.5
        """
    ),
    title="Chemostat (Monod)",
    field="biology",
    source=(
        "J. Monod (1949), The growth of bacterial cultures, Annual Review of Microbiology 3, "
        "371-394, doi:10.1146/annurev.mi.03.100149.002103; A. Novick, L. Szilard (1950), "
        "Experiments with the chemostat on spontaneous mutations of bacteria, Proceedings of the "
        "National Academy of Sciences 36(12), 708-719, doi:10.1073/pnas.36.12.708"
    ),
    reference=Reference(
        time=6,
        values={"X": 3.15276464788835, "S": 3.71261429488118},
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "What is left of the nutrient depends on D and not on what is fed, until the flow washes "
        "the bacteria out."
    ),
)
