"""Two disputes about visas: one climbed to the prime minister, one is climbing.

All of it is illustrative: no record of such disputes is public.
"""

from __future__ import annotations

from datetime import date, datetime

from demo import moves
from demo.stage import Act, Stage
from forums.models import Mode
from reviews.models import Dispute, Party
from reviews.services import disputes, exhibits, information, positions, rulings, settlements

TOURISM, HOME = "tourism_planning", "immigration"


class Visas:
    """One story; each method is an act. Deadlines pass by themselves in between."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def acts(self) -> list[Act]:
        return [
            (date(2017, 5, 8), self.first_opens),
            (date(2017, 5, 15), self.first_offer_is_refused),
            (date(2017, 7, 10), self.ruling_is_put),
            (date(2017, 7, 14), self.prime_minister_rules),
            (date(2019, 3, 20), self.second_opens),
            (date(2019, 3, 27), self.second_positions),
            (date(2019, 4, 4), self.second_question),
        ]

    def first_opens(self, at: datetime) -> None:
        self.first = self._open(
            "Visa fees for group tours", "resource",
            "Who bears the fees that group tours no longer pay?", at,
        )  # fmt: skip
        self._state(self.first, TOURISM, "The fee keeps groups away; drop it.", at)
        self._state(self.first, HOME, "The fee pays the officers who check the groups.", at)

    def first_offer_is_refused(self, at: datetime) -> None:
        offer = settlements.propose(
            dispute=self.first,
            party=self._party(self.first, TOURISM),
            terms="Tourism pays half of the fees for two years.",
            reason="Two years show whether groups come.",
            by=self.stage.actor(TOURISM),
            at=at,
        )
        settlements.answer(
            proposal=offer,
            party=self._party(self.first, HOME),
            assents=False,
            reason="After two years the officers still have to be paid.",
            by=self.stage.actor(HOME),
            at=at,
        )

    def ruling_is_put(self, at: datetime) -> None:
        self.first.refresh_from_db()
        self.ruling = rulings.put(
            dispute=self.first,
            text="The fee stays for one year and is halved for groups over twenty.",
            reason="Neither file shows what the fee costs in visitors; a year will.",
            mode=Mode.CHAIR,
            by=self.stage.actor("minister_pmd"),
            at=at,
        )

    def prime_minister_rules(self, at: datetime) -> None:
        votes = [
            ("minister_pmd", "for", "The only terms on which both can be measured."),
            ("chief_secretary", "abstain", ""),
            ("pm", "for", "Two ministries that count visitors can count a fee. So ordered."),
        ]
        moves.vote_all(self.stage, self.ruling.motion, votes, at=at)

    def second_opens(self, at: datetime) -> None:
        self.second = self._open(
            "Why arrivals fell short in 2018", "attribution",
            "Is the shortfall of 2018 due to visas or to promotion?", at,
        )  # fmt: skip

    def second_positions(self, at: datetime) -> None:
        self._state(self.second, TOURISM, "Visas took twelve days where three were promised.", at)
        exhibits.add(
            dispute=self.second,
            party=self._party(self.second, TOURISM),
            title="Applications of tour groups with the day of each answer",
            dated=date(2019, 1, 31),
            where="Registry TOUR/2019/41",
            by=self.stage.actor(TOURISM),
            at=at,
        )

    def second_question(self, at: datetime) -> None:
        self.second.refresh_from_db()
        information.ask(
            dispute=self.second,
            asked_by=self._party(self.second, TOURISM),
            organisation=self.stage.cast.organisations["home"],
            question="How many days did an electronic visa take in each month of 2018?",
            due_on=date(2019, 4, 12),
            by=self.stage.actor(TOURISM),
            at=at,
        )

    def _open(self, title: str, about: str, question: str, at: datetime) -> Dispute:
        organisations = self.stage.cast.organisations
        return disputes.open(
            title=title,
            about=about,
            question=question,
            kpi=self.stage.kpis["tourism"],
            parties=[organisations["tourism"], organisations["home"]],
            is_illustrative=True,
            by=self.stage.actor(TOURISM),
            at=at,
        )

    def _party(self, dispute: Dispute, post: str) -> Party:
        return dispute.parties.get(organisation=self.stage.post(post).organisation)

    def _state(self, dispute: Dispute, post: str, words: str, at: datetime) -> None:
        dispute.refresh_from_db()
        positions.state(
            dispute=dispute,
            party=self._party(dispute, post),
            text=words,
            by=self.stage.actor(post),
            at=at,
        )
