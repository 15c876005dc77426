"""As many disputes whose last day has passed as DUE says."""

# DUE is given.
# ruff: noqa: F821

from benchmarks import ladders

ladders.due(ladders.world("swept"), 1, DUE)
