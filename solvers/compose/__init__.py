"""Programs of one step on the tape: `program`, then `explicit`, `rosenbrock` and `control`."""
