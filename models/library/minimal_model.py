"""What a shot of glucose shows about insulin: Bergman's minimal model."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dG/dt = p1*(G_b - G) - X*G                        # glucose
        dX/dt = p3*(I - I_b) - p2*X                       # action of insulin
        dI/dt = g*max(G - h, 0)*t - n*(I - I_b)           # insulin
        G(0)  = 287   [mg/dL]
        X(0)  = 0     [1/min]
        I(0)  = 404   [mU/L]
        p1    = 0.031 [1/min]
        p2    = 0.012 [1/min]
        p3    = 5e-6  [L/mU/min^2]
        G_b   = 92    [mg/dL]
        I_b   = 11    [mU/L]
        n     = 0.3   [1/min]
        g     = 0.004 [mU/L/min^2/(mg/dL)]
        h     = 84    [mg/dL]
        """
    ),
    title="Glucose and insulin (minimal model)",
    field="pharmacology",
    source=(
        "R. N. Bergman, Y. Z. Ider, C. R. Bowden, C. Cobelli (1979), Quantitative estimation of "
        "insulin sensitivity, American Journal of Physiology 236(6), E667-E677, "
        "doi:10.1152/ajpendo.1979.236.6.E667; G. Toffolo, R. N. Bergman, D. T. Finegood, C. R. "
        "Bowden, C. Cobelli (1980), Quantitative estimation of beta cell sensitivity to glucose "
        "in the intact organism, Diabetes 29(12), 979-990"
    ),
    reference=Reference(
        time=25,
        values={"G": 161.316389148262, "X": 0.00676906915262958, "I": 36.4812326097937},
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "Glucose falls below its base before it comes back, because insulin acts long after it "
        "has left the blood; p3/p2 is the sensitivity to it."
    ),
)
