"""Four clocks with different speeds that feel one another's phase."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        da/dt = w1 + K/4*(sin(b - a) + sin(c - a) + sin(d - a))
        db/dt = w2 + K/4*(sin(a - b) + sin(c - b) + sin(d - b))
        dc/dt = w3 + K/4*(sin(a - c) + sin(b - c) + sin(d - c))
        dd/dt = w4 + K/4*(sin(a - d) + sin(b - d) + sin(c - d))
        a(0) = 0
        b(0) = 1
        c(0) = 2
        d(0) = 3
        w1 = 0.8 [1/s]
        w2 = 0.9 [1/s]
        w3 = 1.1 [1/s]
        w4 = 1.2 [1/s]
        K  = 0.6 [1/s]
        """
    ),
    title="Coupled oscillators (Kuramoto)",
    field="physics",
    source=(
        "Y. Kuramoto (1975), Self-entrainment of a population of coupled non-linear oscillators, "
        "in H. Araki (ed.), International Symposium on Mathematical Problems in Theoretical "
        "Physics, Lecture Notes in Physics 39, Springer, 420-422, doi:10.1007/BFb0013365"
    ),
    reference=Reference(
        time=10,
        values={
            "a": 11.1010635885307,
            "b": 11.3142872089960,
            "c": 11.6857127910040,
            "d": 11.8989364114693,
        },
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "With K above a threshold all four soon run at one speed, the slow ones a constant angle "
        "behind."
    ),
)
