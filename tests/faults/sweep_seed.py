"""Many disputes whose last day has passed. Piped into `manage.py shell`."""

from benchmarks import ladders

ladders.due(ladders.world("swept"), 1, 1500)
print("SEEDED")
