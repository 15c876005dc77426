"""Seeing it coming: what a party sees of who decides next, when, and on what file."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.models import InformationRequest, Party, SettlementProposal
from reviews.selectors.dispute_pages import Page


@dataclass(frozen=True, slots=True)
class Missing:
    """Something the file still lacks from one party, with the page where it is given."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """The file as the forum would have it before it today.

    ``spoken`` and ``unheard``: parties with and without a position at this tier.
    ``missing``: what the reader's own organisation has not given yet.
    """

    spoken: list[Party]
    unheard: list[Party]
    exhibits: int
    answered: list[InformationRequest]
    awaited: list[InformationRequest]
    silent: list[InformationRequest]
    refused: list[InformationRequest]
    offers_open: list[SettlementProposal]
    missing: list[Missing]

    @property
    def questions(self) -> list[str]:
        """What became of the questions that were asked, in words; what is none is left out."""
        answered, awaited = len(self.answered), len(self.awaited)
        silent, refused = len(self.silent), len(self.refused)
        said = [
            (answered, ngettext("%d question answered", "%d questions answered", answered)),
            (
                awaited,
                ngettext(
                    "%d question awaits its answer", "%d questions await their answer", awaited
                ),
            ),
            (silent, ngettext("%d question met by silence", "%d questions met by silence", silent)),
            (refused, ngettext("%d question refused", "%d questions refused", refused)),
        ]
        return [words % count for count, words in said if count]


def outlook(page: Page, party: Party | None, organisations: set[int]) -> Outlook:
    """From what the page has already read; ``organisations``: the reader's own."""
    still_in = [voice for voice in page.voices if voice.party.withdrew_at is None]
    state = InformationRequest.State
    silent = page.silent
    return Outlook(
        spoken=[voice.party for voice in still_in if voice.has_spoken_here],
        unheard=[voice.party for voice in still_in if not voice.has_spoken_here],
        exhibits=len(page.exhibits),
        answered=[each for each in page.requests if each.state == state.ANSWERED],
        awaited=[each for each in page.requests if each.state == state.OPEN and each not in silent],
        silent=silent,
        refused=[each for each in page.requests if each.state == state.REFUSED],
        offers_open=_open_offers(page),
        missing=_missing(page, party, organisations),
    )


def _open_offers(page: Page) -> list[SettlementProposal]:
    """Terms that nobody has declined and somebody has not answered yet."""
    left = {voice.party.pk for voice in page.voices if voice.party.withdrew_at is None}
    found = []
    for offer in page.settlements:
        answers = {answer.party_id: answer.assents for answer in offer.answers.all()}
        waits = left - {offer.party_id} - set(answers)
        if offer.party_id in left and waits and all(answers.values()):
            found.append(offer)
    return found


def _missing(page: Page, party: Party | None, organisations: set[int]) -> list[Missing]:
    dispute = page.dispute
    found = []
    if party is not None:
        mine = next((voice for voice in page.voices if voice.party.pk == party.pk), None)
        if mine is not None and not mine.has_spoken_here:
            url = reverse("reviews:dispute_position", args=[dispute.pk])
            found.append(Missing(_("your position at this tier"), url))
        for offer in page.settlements:
            if offer.party_id == party.pk or offer.party.withdrew_at is not None:
                continue
            if party.pk not in {answer.party_id for answer in offer.answers.all()}:
                text = _("your answer to the terms of %(party)s") % {"party": offer.party}
                found.append(Missing(text, reverse("reviews:settlement_answer", args=[offer.pk])))
    for request in page.requests:
        if (
            request.state == InformationRequest.State.OPEN
            and request.organisation_id in organisations
        ):
            text = _("your reply to a question: %(question)s") % {
                "question": Truncator(request.question).chars(120)
            }
            found.append(Missing(text, reverse("reviews:information_reply", args=[request.pk])))
    return found
