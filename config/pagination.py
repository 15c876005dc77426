"""Lists of the API: pages by cursor, which cost the same at any depth and never count."""

from rest_framework.pagination import CursorPagination


class Pages(CursorPagination):
    """Oldest first by id, 100 a page, up to 1,000 on request."""

    ordering = "id"
    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1000
