"""Which thing of the world stands in an address: by the name of its parameter."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, reverse

from tests.access.world import World

# What the number in an address is, by the name of the address.
THINGS = {
    "people:organisation": "organisation",
    "people:post": "post",
    "people:post_abolish": "post",
    "people:appointment_end": "appointment",
    "people:user": "account",
    "people:role_withdraw": "account",
    "people:user_close": "account",
    "people:invitation_withdraw": "invitation",
    "people:token_revoke": "client",
    "forums:end_membership": "membership",
    "forums:forum": "forum",
    "forums:change": "forum",
    "forums:members": "forum",
    "forums:calendar_make_for": "forum",
    "forums:calendar_give_up": "calendar",
    "reviews:forum_health": "forum",
    "reviews:forum_close": "forum",
    "labs:area_forums": "area",
    "forums:motion": "motion",
    "forums:decision": "decision",
    "forums:decision_minute": "minuted",
    **dict.fromkeys(("forums:meetings", "forums:meeting_new", "forums:cycle_new"), "forum"),
    **dict.fromkeys(("forums:cycle_change", "forums:cycle_end"), "cycle"),
    **dict.fromkeys(("forums:meeting", "forums:meeting_document"), "meeting"),
    **dict.fromkeys(
        ("reviews:meeting_attendance", "reviews:meeting_minutes", "reviews:meeting_sign"),
        "meeting",
    ),
    **dict.fromkeys(
        ("forums:meeting_move", "reviews:meeting_cancel", "reviews:meeting_business"),
        "meeting to come",
    ),
    "forums:action": "action",
    "forums:action_evidence": "done",
    "forums:action_withdraw": "action",
    "forums:verify_action": "done",
    "reviews:reorganisation": "reorganisation",
    "reviews:organisation_rename": "organisation",
    "reviews:organisation_split": "organisation",
    "reviews:handover": "handover",
    "reviews:handover_new": "post",
    "reviews:explanation_source": "explanation source",
    "reviews:panel_seat_end": "panel seat",
    "reviews:lineage_lab": "lab",
    "reviews:subject": "motion",
    "reviews:vote": "motion",
    "reviews:minute": "motion",
    "reviews:withdraw_motion": "motion",
    "reviews:agenda": "forum",
    "reviews:plan_gate": "plan",
    "reviews:settlement_answer": "settlement",
    "reviews:information_reply": "request",
    "reviews:information_withdraw": "request",
    "reviews:exhibit_file": "exhibit",
    "reviews:time_decline": "time asked",
    "api-time-decline": "time asked",
    **dict.fromkeys(("api-panel-scores", "api-panel-report", "api-panel-report-file"), "panel"),
    **dict.fromkeys(
        (
            "labs:groups",
            "labs:group_new",
            "labs:sessions",
            "labs:session_new",
            "labs:attendance",
            "labs:records",
            "labs:options",
            "labs:option_new",
            "labs:criterion_new",
            "labs:criteria_fix",
            "labs:scores",
            "labs:choice",
            "labs:open_days",
            "labs:open_day_new",
        ),
        "lab",
    ),
    **dict.fromkeys(
        ("labs:problem", "labs:problem_new", "labs:interest_new", "labs:interest_end"), "lab"
    ),
    "labs:intake": "intake",
    "labs:lesson": "lesson",
    **dict.fromkeys(("reviews:lesson_ask", "reviews:lesson_nothing_new"), "lesson ask"),
    "labs:group_edit": "group",
    "labs:group_close": "group",
    "labs:record_new": "session",
    "labs:option_edit": "option",
    "labs:option_remove": "option",
    "labs:criterion_edit": "criterion",
    "labs:criterion_remove": "criterion",
    "labs:open_day": "open day",
    "labs:comment_new": "open day",
    "labs:comment_answer": "comment",
    "labs:objection_answer": "objection",
    "labs:objection_withdraw": "objection",
    "labs:condition_remove": "condition",
    **dict.fromkeys(
        (
            "labs:recommendation",
            "labs:recommendation_status",
            "labs:recommendation_owner",
        ),
        "recommendation",
    ),
    "labs:source_amount": "source",
    "labs:allocation_new": "source",
    "labs:transfer_new": "allotted",
    "labs:reference_item": "entry",
    "labs:reference_edit": "entry",
    "labs:reference_retire": "entry",
    "labs:reference_move": "moved entry",
    "reviews:allocation": "allocation",
    "reviews:round_new": "bargain",
    "labs:plan": "plan",
    "labs:compare": "plan",
    "labs:plan_print": "plan",
    "labs:limits": "forum",
    "labs:limit_drop": "forum",
    "reviews:revision_record": "draft",
    "reviews:revision_merge": "draft",
    "labs:gantt": "plan",
    "labs:figures": "draft",
    "labs:steps": "draft",
    "labs:coordination": "coordination",
    "labs:coordination_coordinator": "coordination",
    "labs:coordination_close": "coordination",
    "labs:coordination_link": "coordination",
    "reviews:end": "plan",
    "reviews:window_end": "window",
    "labs:plan_money": "plan",
    "labs:revision_new": "plan",
    "labs:reader_remove": "reader row",
    "kpis:backtest": "back-test",
    "kpis:import": "import",
    "kpis:import_format": "import",
    "kpis:import_columns": "import",
    "kpis:import_load": "import",
    "kpis:import_again": "import",
    "kpis:import_drop": "import",
    "kpis:import_undo": "import",
    "kpis:import_results": "import",
    "people:holiday_remove": "holiday",
    "kpis:deviation": "deviation",
    "kpis:lock_lift": "lock",
    "kpis:baseline_withdraw": "baseline",
    "kpis:rule": "rule",
    "kpis:rule_owner": "rule",
    "ledger:event": "event",
    "api-reference-item-detail": "entry",
    "api-programme-revised": "programme",
    "api-rule-version-detail": "rule version",
    "api-hand-status-detail": "hand status",
    "api-reviews-detail": "review",
    "api-disputes-detail": "dispute",
    "api-revision-detail": "draft",
    "api-reading-document": "reading",
}
FAMILIES = {
    "labs:lab": "lab",
    "labs:seat": "lab",
    "labs:session": "session",
    "labs:window": "window",
    "reviews:obstacle": "obstacle",
    "reviews:bargain": "bargain",
    "labs:": "draft",
    "kpis:reading": "reading",
    "reviews:dispute": "dispute",
    "reviews:referral": "referral",
    "reviews:panel": "panel",
    "reviews:": "review",
    "api-": "",
}
# Where the word in the column "of" is not the beginning of the thing's name.
SPECIAL = {
    ("minuted", "decision"): "minuted",
    ("restricted", "minuted"): "restricted decision",
    ("approval", "decision"): "restricted approval",
    ("adopted", "draft"): "adopted",
    ("r adopted", "draft"): "restricted adopted",
    ("tier 2", "dispute"): "dispute 2",
    ("restricted", "forum"): "security forum",
}
WORDS = {"part": "goal", "kind": "progress", "template": "pemandu"}
TOKENS = {"people:invitation": "invitation token", "reviews:calendar_feed": "calendar token"}
NO_SUCH = {"token": "no-such-token", "key": "no-such-key", "uidb36": "1"}
BY_CODE = {"labs": "programme", "kpis": "kpi", "reviews": "kpi"}


def thing(world: World, key: str, of: str) -> Any:
    """The thing, of the kind that the table asks for."""
    if (of, key) in SPECIAL:
        return world.things[SPECIAL[of, key]]
    return world.things[f"{of} {key}" if of else key]


def address(world: World, name: str, pattern: URLPattern, of: str) -> str:
    """The address with everything filled in."""
    given = {
        parameter: _value(world, name, parameter, of)
        for parameter in pattern.pattern.regex.groupindex
    }
    return reverse(name, kwargs=given)


def _value(world: World, name: str, parameter: str, of: str) -> Any:
    if of == "wrong":
        return NO_SUCH[parameter]
    if parameter == "token":
        return world.things[TOKENS.get(name, "setup token")]
    if parameter == "row":
        return thing(world, "evidence", of).pk
    if name == "reviews:lineage":
        return "kpi" if parameter == "kind" else str(thing(world, "kpi", of).pk)
    if parameter in WORDS:
        return WORDS[parameter]
    if parameter in {"seat", "revision", "area", "interest"}:
        return thing(world, {"revision": "draft"}.get(parameter, parameter), of).pk
    if parameter in {"key", "parent"}:
        return _key(world, name, of)
    if parameter == "code":
        space = name.partition(":")[0]
        by_programme = name.startswith(
            (
                "labs:",
                "kpis:rule",
                "kpis:backtest",
                "kpis:lock",
                "reviews:lapses",
                "reviews:ends",
                "reviews:portfolio",
                "reviews:obstacle",
                "reviews:bargain",
                "reviews:round",
                "reviews:numbers",
                "api-programme-numbers",
            )
        )
        key = "programme" if by_programme else BY_CODE.get(space, "kpi")
        return thing(world, key, of).code
    return thing(world, _kind(name), of).pk


def _kind(name: str) -> str:
    """What the number in the address called ``name`` is."""
    if name in THINGS:
        return THINGS[name]
    if name.startswith("api-"):
        return name.removeprefix("api-").removesuffix("-detail")
    return next(kind for family, kind in FAMILIES.items() if name.startswith(family))


def _key(world: World, name: str, of: str) -> Any:
    if name == "api-series-detail":
        return thing(world, "series", of).key
    for kind, ending in {
        "goal": ("goal", "goal_edit", "goal_remove", "initiative_new", "part_take_back", "why"),
        "initiative": (
            "end",
            "initiative",
            "initiative_edit",
            "initiative_remove",
            "initiative_tests",
            "milestone_new",
            "budget_line_new",
            "commitment_new",
            "steps",
        ),
        "budget line": ("budget_line_edit", "budget_line_remove", "budget_figure_new"),
        "commitment": ("commitment_edit", "commitment_remove", "commitment_check"),
        "dependency": ("dependency_edit", "dependency_remove", "dependency_answer"),
    }.items():
        if name.partition(":")[2] in ending:
            return thing(world, kind, of)
    return thing(world, "milestone", of)
