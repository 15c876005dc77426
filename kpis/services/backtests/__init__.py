"""Back-tests: ask what a rule would have raised, work it off in slices, tell how good it was."""

from kpis.services.backtests.asking import BacktestRefused, start
from kpis.services.backtests.working import Progress, work

__all__ = ["BacktestRefused", "Progress", "start", "work"]
