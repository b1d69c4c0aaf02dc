"""One step on the tape.

`program`, then by kind `explicit` and `halves` of it; `linearised` and `rosenbrock`; `taylor`; `blocks`, `newton` and
`implicit`; then `control`, `probes`, `leaps`; of large systems in parts `stages` and `large`.
"""
