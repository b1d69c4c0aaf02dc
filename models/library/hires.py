"""High irradiance responses of phytochrome: eight species, stiff."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dy1/dt = -1.71*y1 + 0.43*y2 + 8.32*y3 + 0.0007
        dy2/dt = 1.71*y1 - 8.75*y2
        dy3/dt = -10.03*y3 + 0.43*y4 + 0.035*y5
        dy4/dt = 8.32*y2 + 1.71*y3 - 1.12*y4
        dy5/dt = -1.745*y5 + 0.43*y6 + 0.43*y7
        dy6/dt = -280*y6*y8 + 0.69*y4 + 1.71*y5 - 0.43*y6 + 0.69*y7
        dy7/dt = 280*y6*y8 - 1.81*y7
        dy8/dt = -280*y6*y8 + 1.81*y7
        y1(0) = 1
        y2(0) = 0
        y3(0) = 0
        y4(0) = 0
        y5(0) = 0
        y6(0) = 0
        y7(0) = 0
        y8(0) = 0.0057
        """
    ),
    title="Growth of a seedling in light (HIRES)",
    field="chemistry",
    source=(
        "E. Schäfer (1975), A new approach to explain the high irradiance responses of "
        "photomorphogenesis on the basis of phytochrome, Journal of Mathematical Biology 2, "
        "41-56, doi:10.1007/BF00276015; E. Hairer, G. Wanner (1996), Solving Ordinary "
        "Differential Equations II, section IV.10, doi:10.1007/978-3-642-05221-7"
    ),
    reference=Reference(
        time=321.8122,
        values={
            "y1": 0.000737131257332554,
            "y2": 0.000144248572631616,
            "y3": 0.0000588872974096734,
            "y4": 0.00117565134328313,
            "y5": 0.00238635619883095,
            "y6": 0.00623896825274160,
            "y7": 0.00284999839518550,
            "y8": 0.00285000160481450,
        },
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "The sum of y7 and y8 never changes: for three hundred units of time y8 is nearly used "
        "up, then it comes back within a few tens."
    ),
)
