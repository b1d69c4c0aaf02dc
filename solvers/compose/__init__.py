"""One step on the tape: `program`, then `explicit`, `rosenbrock`, `control`, `stages`."""
