"""What people and programs get when a request fails: a page, or the API's one error shape."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import csrf, defaults

API = "/api/"
# Text no database can keep (half a surrogate pair) and numbers no column can hold.
UNSTORABLE = (UnicodeEncodeError, OverflowError, RecursionError)


def nowhere(request: HttpRequest) -> HttpResponse:
    """A page of a library that is not part of this product."""
    raise Http404


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    if request.path.startswith(API):
        return api_error(404, "not_found", _("There is nothing at this address."))
    return defaults.page_not_found(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    if request.path.startswith(API):
        return api_error(403, "permission_denied", _("You may not do this."))
    return defaults.permission_denied(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    if request.path.startswith(API):
        return api_error(400, "bad_request", _("This request cannot be understood."))
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    if request.path.startswith(API):
        return api_error(500, "server_error", _("Something went wrong here; it has been logged."))
    return defaults.server_error(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was not made for this session."""
    if request.path.startswith(API):
        return api_error(403, "csrf_failed", _("Reload the page and send it again."))
    return csrf.csrf_failure(request, reason)


class Unstorable:
    """Middleware: values that can never be stored are the sender's mistake, not a fault here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return bad_request(request, exception) if isinstance(exception, UNSTORABLE) else None


def api_error(status: int, code: str, message: str) -> JsonResponse:
    """The API's one error shape."""
    return JsonResponse({"error": {"code": code, "message": message}}, status=status)
