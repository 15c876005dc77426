"""What a programme has set for its labs and plans."""

from __future__ import annotations

from labs.models import Programme, ProgrammeSettings


def of(programme: Programme) -> ProgrammeSettings:
    """The programme's settings; an unsaved row with the field's defaults if it has none."""
    found = ProgrammeSettings.objects.filter(programme=programme).first()
    return found or ProgrammeSettings(programme=programme)
