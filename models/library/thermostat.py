"""A heater that goes on when the room is too cold and off when it is warm."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dT/dt   = -k*(T - T_out) + P*on
        don/dt  = 0                      # 1 while the heater is on
        T(0)    = 20  [degC]
        on(0)   = 1
        k       = 0.2 [1/h]
        T_out   = 5   [degC]
        P       = 6   [K/h]
        T_low   = 19  [degC]
        T_high  = 21  [degC]
        when T > T_high: on = 0
        when T < T_low: on = 1
        """
    ),
    title="Room with a thermostat",
    field="engineering",
    source=(
        "K. J. Åström, R. M. Murray (2008), Feedback Systems, Princeton University Press, chapter "
        "1, on-off control with hysteresis"
    ),
    reference=Reference(
        time=4,
        values={"T": 19.9821640681759, "on": 1.00000000000000},
        how="exponentials from switch to switch, 40 digits",
    ),
    look=(
        "Bring T_low and T_high together: the room is kept more evenly, and the heater switches "
        "ever more often."
    ),
)
