"""Growth that fails below a threshold, where mates are not found."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dN/dt = r*N*(N/A - 1)*(1 - N/K)
        N(0)  = 25
        r     = 0.2 [1/year]
        A     = 20
        K     = 100
        """
    ),
    title="A population too small to grow (Allee effect)",
    field="biology",
    source=(
        "W. C. Allee (1931), Animal Aggregations, University of Chicago Press; F. Courchamp, T. "
        "Clutton-Brock, B. Grenfell (1999), Inverse density dependence and the Allee effect, "
        "Trends in Ecology and Evolution 14(10), 405-410, doi:10.1016/S0169-5347(99)01683-3"
    ),
    reference=Reference(
        time=5, values={"N": 33.8207800310312}, how="Taylor series of order 40, 60 digits"
    ),
    look="Start below A and the population is lost, start just above and it hesitates, then grows.",
)
