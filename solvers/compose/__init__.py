"""One step on the tape.

`program`, then by kind `explicit`; `linearised` and `rosenbrock`; `taylor`; `blocks`, `newton` and
`implicit`; then `control`, `hidden`, `passing`, `probes`, `leaps`; of large systems in parts
`stages`, `large` and `large_rosenbrock`.
"""
