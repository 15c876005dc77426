"""Is it alive, is it ready? Asked by load balancers, monitors and `make run`."""

from __future__ import annotations

import datetime

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

HEARTBEAT = "config.heartbeat"
SILENCE = datetime.timedelta(seconds=90)


def beat() -> None:
    """Note the real time at which a scheduled task last ran."""
    cache.set(HEARTBEAT, timezone.now().isoformat(), timeout=None)


@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return JsonResponse({"status": "alive"})


@never_cache
def readyz(_request: HttpRequest) -> HttpResponse:
    """Database reachable, migrations applied, scheduler and worker alive; 503 if not."""
    checks: dict[str, str] = {}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        checks["database"] = "ok"
        checks["migrations"] = "pending" if pending_migrations() else "ok"
        age = heartbeat_age()
    except DatabaseError:
        checks["database"] = "unreachable"
        return JsonResponse({"status": "not ready", "checks": checks}, status=503)
    if age is None:
        checks["scheduler"] = "not seen yet"
    else:
        checks["scheduler"] = "ok" if age <= SILENCE else f"silent for {int(age.total_seconds())} s"
    ready = all(found == "ok" for found in checks.values())
    body = {"status": "ready" if ready else "not ready", "checks": checks}
    return JsonResponse(body, status=200 if ready else 503)


def pending_migrations() -> bool:
    """Whether the database is behind the code, be it only in its record of squashed steps."""
    executor = MigrationExecutor(connection)
    recorded = executor.recorder.applied_migrations()
    unrecorded = executor.loader.applied_migrations.keys() - recorded.keys()
    return bool(unrecorded or executor.migration_plan(executor.loader.graph.leaf_nodes()))


def heartbeat_age() -> datetime.timedelta | None:
    """Real time since the last heartbeat, None before the first."""
    last = cache.get(HEARTBEAT)
    return timezone.now() - datetime.datetime.fromisoformat(last) if last else None
