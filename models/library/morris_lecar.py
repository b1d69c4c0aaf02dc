"""The muscle fibre of a barnacle: calcium lets it fire, potassium ends it."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dV/dt = (I - g_Ca*m*(V - E_Ca) - g_K*w*(V - E_K) - g_L*(V - E_L))/C
        dw/dt = phi*cosh((V - V3)/(2*V4))*((1 + tanh((V - V3)/V4))/2 - w)
        m     = (1 + tanh((V - V1)/V2))/2
        V(0)  = -20   [mV]
        w(0)  = 0.1
        I     = 100   [uA/cm^2]
        C     = 20    [uF/cm^2]
        g_Ca  = 4.4   [mS/cm^2]
        g_K   = 8     [mS/cm^2]
        g_L   = 2     [mS/cm^2]
        E_Ca  = 120   [mV]
        E_K   = -84   [mV]
        E_L   = -60   [mV]
        V1    = -1.2  [mV]
        V2    = 18    [mV]
        V3    = 2     [mV]
        V4    = 30    [mV]
        phi   = 0.04  [1/ms]
        """
    ),
    title="Morris-Lecar fibre",
    field="biology",
    source=(
        "C. Morris, H. Lecar (1981), Voltage oscillations in the barnacle giant muscle fiber, "
        "Biophysical Journal 35(1), 193-213, doi:10.1016/S0006-3495(81)84782-0; values: J. "
        "Rinzel, B. Ermentrout (1998), Analysis of neural excitability and oscillations, in C. "
        "Koch, I. Segev (eds.), Methods in Neuronal Modeling, second edition, MIT Press"
    ),
    reference=Reference(
        time=150,
        values={"V": -34.6662479808785, "w": 0.128368820143976},
        how="Taylor series of order 40, 60 digits",
    ),
    look="Raise I from 80 to 100: firing does not begin slowly but at once at its full pace.",
)
