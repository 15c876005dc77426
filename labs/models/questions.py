"""The questions of labs.rules.quadrants in words: a short name and the question itself."""

from __future__ import annotations

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Question(models.TextChoices):
    """The short name of each test and of each line of a checklist."""

    MARKET_FAILURE = "market_failure", _("market failure")
    FIT_OF_DESIGN = "fit_of_design", _("fit of design")
    CAPABILITY = "capability", _("institutional capability")
    COVERAGE_KNOWN = "coverage_known", _("coverage")
    PROVIDER_NAMED = "provider_named", _("who provides it")
    WHO_GAINS = "who_gains", _("who gains")
    ADDITIONAL = "additional", _("additional or not")
    EXIT_KNOWN = "exit_known", _("way out")
    INPUT_SPECIFIC = "input_specific", _("specific input")
    PRIVATE_VOICE = "private_voice", _("voice of the firms")
    COORDINATION_NAMED = "coordination_named", _("who coordinates")
    OBJECTIVE_CRITERIA = "objective_criteria", _("objective criteria")
    LOBBYING_OPEN = "lobbying_open", _("lobbying in the open")
    RECIPROCITY = "reciprocity", _("reciprocity")
    STRICTER_REVIEW = "stricter_review", _("stricter review")
    GOVERNANCE_KNOWN = "governance_known", _("governance of the chain")
    MISSING_LINKS_KNOWN = "missing_links_known", _("missing links")
    UPGRADING_NAMED = "upgrading_named", _("upgrading")


ASKED: dict[str, str | Promise] = {
    "market_failure": _(
        "Is there a market failure that keeps firms from doing this by themselves? Which one?"
    ),
    "fit_of_design": _("Does the design of the initiative answer exactly that failure?"),
    "capability": _("Can the institution that is to do it carry it out?"),
    "coverage_known": _("Is it known whom it reaches, and who is left out?"),
    "provider_named": _("Is it settled who provides it, and who pays for its upkeep?"),
    "who_gains": _(
        "Is it known which firms gain most, and whether they are those it is meant for?"
    ),
    "additional": _("Would firms do less of it without the support?"),
    "exit_known": _("Is it settled when and how the support ends?"),
    "input_specific": _("Is the input one that this sector needs and cannot buy elsewhere?"),
    "private_voice": _("Did the sector itself say what it needs, and does it share in the work?"),
    "coordination_named": _("Is it settled who coordinates the public bodies that must deliver?"),
    "objective_criteria": _("Are there objective criteria for who gets support and who loses it?"),
    "lobbying_open": _("Is it on record who asked for the support, and who was heard?"),
    "reciprocity": _("Do those who gain promise something in return that can be verified?"),
    "stricter_review": _("Is it reviewed more often and by others than those who run it?"),
    "governance_known": _(
        "Is it known who governs the value chain, and what they ask of suppliers?"
    ),
    "missing_links_known": _("Is it known which links of the chain are missing in the country?"),
    "upgrading_named": _(
        "Is it named which upgrading is sought: of product, process, function or chain?"
    ),
}
# What is found wrong with the tests of an initiative (labs.rules.answers).
FINDINGS: dict[str, str | Promise] = {
    "not_placed": _("Say its scope and its type, so that its checklist can be asked."),
    "tests_open": _("Not answered yet: %(questions)s."),
    "tests_failed": _("Not met, and nobody says why it goes ahead all the same: %(questions)s."),
    "build_up": _(
        "The institution cannot carry it out yet. Add a step that builds the capability up."
    ),
    "no_reciprocity": _(
        "No reciprocity: those who gain promise nothing in return. Add what they promise."
    ),
    "no_exit": _("The support has no end. Say when it expires."),
}
