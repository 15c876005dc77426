"""Revisions of a plan: write a draft, put it to its forum, and bring it into force.

Called through this module: ``revisions.edit(revision=…, …)``. ``adopt`` and
``reject`` are called where a forum's decision is applied, and nowhere else.
"""

from labs.services.revisions import answers
from labs.services.revisions.adoption import (
    Incomplete,
    NotDecided,
    Stale,
    adopt,
    reject,
    release,
    submit,
)
from labs.services.revisions.ceilings import OverCeiling
from labs.services.revisions.conflicts import (
    Choice,
    Conflicted,
    MovedOn,
    NothingLeft,
    Unresolved,
    bring_up_to_date,
    merge_submitted,
    resolve,
)
from labs.services.revisions.drafts import (
    DraftOpen,
    NotADraft,
    Refusal,
    start,
    withdraw,
)
from labs.services.revisions.edits import (
    EditedMeanwhile,
    PartRefused,
    StillNeeded,
    edit,
    remove,
    take_back,
)
from labs.services.revisions.pasting import Added, PasteRefused, paste
from labs.services.revisions.paths import PathRefused, set_path
from labs.services.revisions.reasons import ReasonMissing, ReasonRefused, give_reason
from labs.services.revisions.recording import NotYoursToRecord, OverTheLimits, record_as_owner
from labs.services.revisions.targets import TargetRefused, set_target
from labs.services.revisions.whole import remove_whole

__all__ = [
    "Added",
    "Choice",
    "Conflicted",
    "DraftOpen",
    "EditedMeanwhile",
    "Incomplete",
    "MovedOn",
    "NotADraft",
    "NotDecided",
    "NotYoursToRecord",
    "NothingLeft",
    "OverCeiling",
    "OverTheLimits",
    "PartRefused",
    "PasteRefused",
    "PathRefused",
    "ReasonMissing",
    "ReasonRefused",
    "Refusal",
    "Stale",
    "StillNeeded",
    "TargetRefused",
    "Unresolved",
    "adopt",
    "answers",
    "bring_up_to_date",
    "edit",
    "give_reason",
    "merge_submitted",
    "paste",
    "record_as_owner",
    "reject",
    "release",
    "remove",
    "remove_whole",
    "resolve",
    "set_path",
    "set_target",
    "start",
    "submit",
    "take_back",
    "withdraw",
]
