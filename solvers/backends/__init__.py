"""The shelf of backends: each file solves initial value problems in its own way."""
