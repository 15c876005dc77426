"""Lists of the API: pages by cursor, which cost the same at any depth and never count."""

from __future__ import annotations

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

LONGEST = 18  # digits of an id


class Pages(CursorPagination):
    """Oldest first by id, 100 a page, up to 1,000 on request."""

    ordering = "id"
    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1000

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Where the page begins. Raises NotFound for a cursor that this list never gave."""
        cursor = super().decode_cursor(request)
        place = str(cursor.position or 0) if cursor is not None else "0"
        if not (place.isascii() and place.isdecimal() and len(place) <= LONGEST):
            raise NotFound(self.invalid_cursor_message)
        return cursor
