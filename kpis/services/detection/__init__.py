"""Detection: from readings and reports to signals, deviations and status rows.

``detect`` looks at series marked as changed, ``detect_due`` at what time alone
has changed: values that fell due and milestones. Running either again adds
nothing; neither ever opens a review.
"""

from kpis.services.detection.counts import Counts
from kpis.services.detection.due import detect_due
from kpis.services.detection.sweep import detect

__all__ = ["Counts", "detect", "detect_due"]
