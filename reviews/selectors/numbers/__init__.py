"""Numbers per programme and year, counted from the rows themselves."""

from reviews.selectors.numbers.counting import numbers, numbers_of_all
from reviews.selectors.numbers.found import NoAction, Numbers, Step, TierLine
from reviews.selectors.numbers.lines import Line
from reviews.selectors.numbers.years import chosen_year, years

__all__ = [
    "Line",
    "NoAction",
    "Numbers",
    "Step",
    "TierLine",
    "chosen_year",
    "numbers",
    "numbers_of_all",
    "years",
]
