"""The giant axon of the squid: currents of sodium and potassium through gates."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dV/dt = (I - g_Na*m^3*h*(V - E_Na) - g_K*n^4*(V - E_K) - g_L*(V - E_L))/C
        dm/dt = a_m*(1 - m) - b_m*m
        dh/dt = a_h*(1 - h) - b_h*h
        dn/dt = a_n*(1 - n) - b_n*n
        a_m = 0.1*(V + 40)/(1 - exp(-(V + 40)/10))
        b_m = 4*exp(-(V + 65)/18)
        a_h = 0.07*exp(-(V + 65)/20)
        b_h = 1/(1 + exp(-(V + 35)/10))
        a_n = 0.01*(V + 55)/(1 - exp(-(V + 55)/10))
        b_n = 0.125*exp(-(V + 65)/80)
        V(0) = -65
        m(0) = 0.05
        h(0) = 0.6
        n(0) = 0.32
        I    = 10               # microampere per cm^2; time in ms, voltages in mV
        C    = 1                # microfarad per cm^2
        g_Na = 120              # millisiemens per cm^2
        g_K  = 36
        g_L  = 0.3
        E_Na = 50
        E_K  = -77
        E_L  = -54.387
        """
    ),
    title="Hodgkin-Huxley axon",
    field="biology",
    source=(
        "A. L. Hodgkin, A. F. Huxley (1952), A quantitative description of membrane current and "
        "its application to conduction and excitation in nerve, Journal of Physiology 117(4), "
        "500-544, doi:10.1113/jphysiol.1952.sp004764; voltages in today's sign, with the rest at "
        "-65 mV"
    ),
    reference=Reference(
        time=20,
        values={
            "V": -74.6696570433628,
            "m": 0.0166687177293088,
            "h": 0.165534149217396,
            "n": 0.651443806418707,
        },
        how="Taylor series of order 40, 60 digits",
    ),
    look="With a current of 10 the axon fires every 15 ms, with 5 it fires once and rests.",
)
