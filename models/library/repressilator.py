"""Three genes in a ring, each repressing the next: a clock built into bacteria."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dm1/dt = -m1 + a/(1 + p3^n) + a0      # messengers
        dm2/dt = -m2 + a/(1 + p1^n) + a0
        dm3/dt = -m3 + a/(1 + p2^n) + a0
        dp1/dt = -b*(p1 - m1)                 # repressors
        dp2/dt = -b*(p2 - m2)
        dp3/dt = -b*(p3 - m3)
        m1(0) = 0;  m2(0) = 0;  m3(0) = 0
        p1(0) = 5;  p2(0) = 0;  p3(0) = 15
        a  = 216
        a0 = 0.216
        b  = 5
        n  = 2
        """
    ),
    title="Repressilator",
    field="biology",
    source=(
        "M. B. Elowitz, S. Leibler (2000), A synthetic oscillatory network of transcriptional "
        "regulators, Nature 403, 335-338, doi:10.1038/35002125"
    ),
    reference=Reference(
        time=20,
        values={
            "m1": 1.23904741429123,
            "m2": 51.3910186197213,
            "m3": 9.87248142281691,
            "p1": 1.23568690609095,
            "p2": 43.9763562367241,
            "p3": 12.2347136818852,
        },
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "The three repressors take turns, each a third of a cycle after the one that it is freed "
        "by."
    ),
)
