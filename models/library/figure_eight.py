"""Three equal masses that chase each other along one eight-shaped path."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dx1/dt = u1
        dy1/dt = v1
        dx2/dt = u2
        dy2/dt = v2
        dx3/dt = u3
        dy3/dt = v3
        du1/dt = (x2 - x1)/r12^3 + (x3 - x1)/r13^3
        dv1/dt = (y2 - y1)/r12^3 + (y3 - y1)/r13^3
        du2/dt = (x1 - x2)/r12^3 + (x3 - x2)/r23^3
        dv2/dt = (y1 - y2)/r12^3 + (y3 - y2)/r23^3
        du3/dt = (x1 - x3)/r13^3 + (x2 - x3)/r23^3
        dv3/dt = (y1 - y3)/r13^3 + (y2 - y3)/r23^3
        r12 = sqrt((x1 - x2)^2 + (y1 - y2)^2)
        r13 = sqrt((x1 - x3)^2 + (y1 - y3)^2)
        r23 = sqrt((x2 - x3)^2 + (y2 - y3)^2)
        x1(0) = 0.97000436;   y1(0) = -0.24308753
        x2(0) = -0.97000436;  y2(0) = 0.24308753
        x3(0) = 0;            y3(0) = 0
        u1(0) = 0.466203685;  v1(0) = 0.43236573
        u2(0) = 0.466203685;  v2(0) = 0.43236573
        u3(0) = -0.93240737;  v3(0) = -0.86473146
        """
    ),
    title="Three bodies on a figure eight",
    field="physics",
    source=(
        "A. Chenciner, R. Montgomery (2000), A remarkable periodic solution of the three-body "
        "problem in the case of equal masses, Annals of Mathematics 152, 881-901, "
        "doi:10.2307/2661357; start values found by C. Simó, given there"
    ),
    reference=Reference(
        time=2,
        values={
            "x1": 0.101981780073516,
            "y1": 0.0930564185861295,
            "x2": 0.911862036365986,
            "y2": -0.287763794323005,
            "x3": -1.01384381643950,
            "y3": 0.194707375736875,
            "u1": -0.951181217845576,
            "v1": -0.840124317193116,
            "u2": 0.607166085848054,
            "v2": 0.384887736439773,
            "u3": 0.344015131997523,
            "v3": 0.455236580753343,
        },
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "All three run along the same eight, a third of the period of 6.326 apart, and their "
        "total momentum stays zero."
    ),
)
