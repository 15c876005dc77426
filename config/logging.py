"""Structured logs: one line per event, with the request's id, without secrets."""

from __future__ import annotations

import re
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

SECRET = re.compile(
    r"password|passwd|secret|token|authorization|cookie|api_?key|csrf", re.IGNORECASE
)
# Invitations and the first set-up are opened by a token in the path.
LONG_PART = re.compile(r"(?<=/)[\w-]{24,}(?=/|$)|\?.*$")


def without_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Blank out values whose key names a secret, one level deep, and tokens in addresses."""
    if "request" in event:
        event["request"] = LONG_PART.sub("…", str(event["request"]))
    for key, value in event.items():
        if SECRET.search(key):
            event[key] = "…"
        elif isinstance(value, dict):
            event[key] = {k: "…" if SECRET.search(str(k)) else v for k, v in value.items()}
    return event


def without_probes(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Drop the lines of health checks, which come every few seconds and say nothing."""
    if str(event.get("request", "")).endswith(("/healthz", "/readyz")):
        raise structlog.DropEvent
    return event


def logging_settings(*, form: str, level: int) -> dict[str, Any]:
    """Django's LOGGING for ``form`` console or json; also sets structlog up."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        without_secrets,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            without_probes,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    render: list[Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if form == "json"
        else [
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            )
        ]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *render,
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # The request log says the same with more: who, how long, under which id.
            "django.request": {"level": "CRITICAL"},
            "django.server": {"level": "ERROR"},
            "celery": {"level": "WARNING"},
            "kombu": {"level": "ERROR"},
            "httpx": {"level": "WARNING"},
        },
    }
