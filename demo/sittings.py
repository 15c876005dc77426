"""Meetings of 2019: who came, what was on the agenda, minutes signed and one still open.

All of it is illustrative; so is the outside panel that looks at the results of 2018.
"""

from __future__ import annotations

from datetime import date, datetime, time

from demo.stage import Act, Stage
from forums.models import Attendance, Cycle, Meeting
from forums.selectors import meetings as selectors
from forums.services import cycles
from forums.services.sittings import Presence
from reviews.services import panels, sittings

PRESENT, DELEGATE = Attendance.Presence.PRESENT, Attendance.Presence.DELEGATE
APOLOGIES = Attendance.Presence.APOLOGIES
TOURISM, EMERGENCY, STEERING = "Tourism NKEA", "emergency", "ntp"
FIRST = {
    TOURISM: (Cycle.Rhythm.MONTHLY, date(2019, 1, 14), time(15)),
    EMERGENCY: (Cycle.Rhythm.MONTHLY, date(2019, 1, 21), time(9)),
    STEERING: (Cycle.Rhythm.QUARTERLY, date(2019, 1, 29), time(10)),
    "dtf": (Cycle.Rhythm.QUARTERLY, date(2019, 5, 7), time(10)),
    "pm": (Cycle.Rhythm.HALF_YEARLY, date(2019, 6, 11), time(10)),
}


class Sittings:
    """One story; each method is an act. Agendas are sent by the sweeps in between."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def acts(self) -> list[Act]:
        return [
            (date(2019, 1, 7), self.rhythms_begin),
            (date(2019, 1, 15), self.tourism_in_full),
            (date(2019, 1, 22), lambda at: self._hold(EMERGENCY, at, "The plan is two weeks old.")),
            (date(2019, 1, 30), lambda at: self._hold(STEERING, at, "The year's results are due.")),
            (date(2019, 2, 15), self.tourism_with_a_delegate),
            (date(2019, 2, 22), lambda at: self._hold(EMERGENCY, at, "January was read out.")),
            (date(2019, 3, 15), self.tourism_without_its_chair),
            (date(2019, 3, 18), self.panel_is_convened),
            (date(2019, 3, 22), self.emergency_is_minuted_only),
            (date(2019, 4, 10), self.panel_scores),
        ]

    def rhythms_begin(self, at: datetime) -> None:
        for key, (rhythm, first_on, at_time) in FIRST.items():
            cycles.begin(
                forum=self.stage.forums[key],
                rhythm=rhythm,
                first_on=first_on,
                at_time=at_time,
                by=self.stage.actor("unit"),
                at=at,
            )

    def tourism_in_full(self, at: datetime) -> None:
        self._hold(TOURISM, at, "Fares are the step to watch this quarter.")

    def tourism_with_a_delegate(self, at: datetime) -> None:
        self._hold(
            TOURISM, at, "The member's office takes the file back.",
            delegates={"chief_secretary": ("Rashid Talib", "Deputy Under-Secretary", 30)},
        )  # fmt: skip

    def tourism_without_its_chair(self, at: datetime) -> None:
        self._hold(
            TOURISM, at, "The chair was abroad; nothing was put to a vote.", chair="unit",
            delegates={"chief_secretary": ("Rashid Talib", "Deputy Under-Secretary", 30)},
            away=("tourism_minister",),
        )  # fmt: skip

    def emergency_is_minuted_only(self, at: datetime) -> None:
        """Minutes that wait for a signature on the first day of the demonstration."""
        self._hold(EMERGENCY, at, "Streaming at the door was decided.", signed=False)

    def panel_is_convened(self, at: datetime) -> None:
        stage, by = self.stage, self.stage.actor("unit")
        self.panel = panels.convene(
            programme=stage.programmes["ntp"],
            name="Outside panel on the results of 2018 (illustrative)",
            starts_on=date(2018, 1, 1),
            ends_on=date(2018, 12, 31),
            by=by,
            at=at,
        )
        panels.seat(
            panel=self.panel,
            user=stage.cast.people["panel"],
            organisation="A university abroad (illustrative)",
            mandate="Reads public accounts of results.",
            by=by,
            at=at,
        )

    def panel_scores(self, at: datetime) -> None:
        seated = self.stage.cast.person("panel")
        panels.score(
            panel=self.panel, kpi=self.stage.kpis["receipts"], validated=None, by=seated, at=at,
            reason="No value of 2018 has been published yet.",
        )  # fmt: skip

    def _hold(
        self,
        key: str,
        at: datetime,
        minutes: str,
        *,
        chair: str = "",
        delegates: dict[str, tuple[str, str, int]] | None = None,
        away: tuple[str, ...] = (),
        signed: bool = True,
    ) -> None:
        forum, secretary = self.stage.forums[key], self.stage.actor("unit_secretary")
        sent = {self.stage.post(each).pk: said for each, said in (delegates or {}).items()}
        apologised = {self.stage.post(each).pk for each in away}
        meeting = Meeting.objects.filter(forum=forum, starts_at__lte=at).latest("starts_at")
        chaired_by = self.stage.post(chair) if chair else forum.chair
        places = selectors.places(forum, selectors.day_of(meeting))
        held = sittings.hold(
            meeting=meeting,
            attendance=[self._came(place.post.pk, sent, apologised) for place in places],
            chaired_by=chaired_by,
            by=secretary,
            at=at,
        )
        sittings.write_minutes(meeting=held, minutes=minutes, by=secretary, at=at)
        if signed:
            signer = self.stage.holder(chaired_by)
            sittings.sign(meeting=held, post=chaired_by, by=signer, at=at)

    def _came(
        self, post_id: int, sent: dict[int, tuple[str, str, int]], away: set[int]
    ) -> Presence:
        if post_id in away:
            return Presence(post_id, APOLOGIES)
        if post_id not in sent:
            return Presence(post_id, PRESENT)
        name, office, rank = sent[post_id]
        return Presence(post_id, DELEGATE, name, office, rank)
