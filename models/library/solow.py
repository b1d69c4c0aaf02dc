"""Capital per worker: what is saved, less what wears out and is shared with newcomers."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dk/dt = s*A*k^alpha - (n + delta)*k
        k(0)  = 1
        s     = 0.25                    # share saved
        A     = 1    [1/year]
        alpha = 0.333
        n     = 0.01 [1/year]           # growth of the workforce
        delta = 0.05 [1/year]           # wear
        """
    ),
    title="Growth by saving (Solow)",
    field="economics",
    source=(
        "R. M. Solow (1956), A contribution to the theory of economic growth, Quarterly Journal "
        "of Economics 70(1), 65-94, doi:10.2307/1884513"
    ),
    reference=Reference(
        time=50, values={"k": 7.22141936039291}, how="Taylor series of order 40, 60 digits"
    ),
    look="Saving more raises capital for good but growth only for a while.",
)
