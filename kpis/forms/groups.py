"""The form of a definition in the groups in which a person fills it in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from kpis.forms.components import ComponentRows


@dataclass(frozen=True)
class Group:
    """Fields that belong together. ``folded``: shown on demand; ``components``: with those lines."""

    title: Any
    fields: list[forms.BoundField]
    hint: Any = ""
    folded: bool = False
    components: bool = False


class GroupedForm(forms.Form):
    """A form whose fields stand in groups; a group that few need is folded until it holds something."""

    components: ComponentRows

    GROUPS: ClassVar[list[dict[str, Any]]] = [
        {"title": _("What it measures"), "names": ["area", "name", "code", "text", "level"]},
        {"title": _("Its values"), "names": ["kind", "unit", "scale", "direction"]},
        {
            "title": _("When values are due"),
            "names": [
                *("frequency", "reporting_days", "effective_from", "reporting_from"),
                "provisional_days",
            ],
        },
        {"title": _("Who answers for it"), "names": ["owner", "verifier", "quality_pair"]},
        {
            "title": _("How values are put together: years, and parts of a breakdown"),
            "names": ["over_periods", "over_parts", "parts_check"],
            "folded": True,
        },
        {
            "title": _("A composite of other KPIs"),
            "names": ["composition"],
            "hint": _(
                "Its value of a period follows from theirs. They must be reported as often as it."
            ),
            "folded": True,
            "components": True,
        },
        {"title": _("The change"), "names": ["reason"]},
    ]

    def groups(self) -> list[Group]:
        """The groups of which the form has fields, in order."""
        return [
            Group(
                title=group["title"],
                fields=fields,
                hint=group.get("hint", ""),
                folded=group.get("folded", False) and not self._must_be_seen(group, fields),
                components=group.get("components", False),
            )
            for group in self.GROUPS
            if (fields := [self[name] for name in group["names"] if name in self.fields])
        ]

    def _must_be_seen(self, group: dict[str, Any], fields: list[forms.BoundField]) -> bool:
        """Whether something is wrong or chosen in a group that is folded otherwise."""
        if group.get("components") and self.is_bound and self.components.wrong:
            return True
        return any(
            field.errors or field.value() not in (None, "", field.field.initial) for field in fields
        )
