"""The API's one error shape: ``{"error": {"code", "message", "fields"?}}``."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from ledger.rules.errors import Refused


def handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Turn what a view raised into a response; None lets a real fault become a 500."""
    if isinstance(exception, Refused):
        set_rollback()
        error: dict[str, Any] = {"code": code_of(exception), "message": str(exception)}
        if exception.fields:
            error["fields"] = {name: [str(text)] for name, text in exception.fields.items()}
        return Response({"error": error}, status=400 if exception.fields else 409)
    if isinstance(exception, ValidationError):
        exception = exceptions.ValidationError(as_fields(exception))
    elif isinstance(exception, Http404):
        exception = exceptions.NotFound()
    elif isinstance(exception, PermissionDenied):
        exception = exceptions.PermissionDenied()
    response = exception_handler(exception, context)
    if response is not None and isinstance(exception, exceptions.APIException):
        response.data = {"error": described(exception)}
    return response


def described(exception: exceptions.APIException) -> dict[str, Any]:
    """Code, message and, for input that does not hold, the fields."""
    if isinstance(exception, exceptions.ValidationError):
        fields = exception.detail if isinstance(exception.detail, dict) else None
        error: dict[str, Any] = {
            "code": "invalid",
            "message": _("Some of what was sent does not hold.")
            if fields or not exception.detail
            else " ".join(str(part) for part in exception.detail),
        }
        if fields:
            error["fields"] = fields
        return error
    return {"code": str(exception.default_code), "message": str(exception.detail)}


def as_fields(error: ValidationError) -> dict[str, Any] | list[str]:
    """Django's validation error in the shape of the API."""
    return error.message_dict if hasattr(error, "error_dict") else error.messages


def code_of(refused: Refused) -> str:
    """The code a refusal gives itself, else its class name in snake case."""
    if refused.code != Refused.code:
        return refused.code
    name = type(refused).__name__
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
