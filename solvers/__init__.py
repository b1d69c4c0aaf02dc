"""What the system *does*: numbers in, numbers out, forward and inverse, on one machine.

Floors, read upward, each importing only from below; the folders draw their own:

1. ground: `arrays`, `status`, `event_log`, `progress`, `threads`, `workers`; `kernels/`,
   tapes as source; `evaluate`; `plot/`, which knows labelled data only
2. methods as data: `tableaux/`, `method`, the shelf `methods/`
3. the problem: `labels`, `times`, `tolerances`, `trajectories`, `tally`, `problem`,
   `hybrid`, `control`, `compose/`, `divisors`, `integrator`, `steps`, `decay`, `row_bounds`,
   `stiffness`, `scalar`; what happens on the way, `events/`; `by_scipy/`, steps by scipy;
   `lanes/`, the loop over steps as text, and its memory
4. who solves: `backend`, the shelf `backends/`, `choosing/`
5. the answer: `answer/`, its parts; `solution`, which puts them together; `plan`, what a solve
   needs before it runs; the front door, `solve`; for programs, `prepared`
6. around it: `draw`, `stability`, `analysis`, `dataset` and the shelf `datasets/`
7. the inverse problem: `fit/`, with shelves of losses and of optimisers
8. what people see: `report`; `command/`, what the command is given and what it writes; the study
   `demo/`
"""
