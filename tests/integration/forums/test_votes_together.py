"""Two members vote at the same moment: the second sees the first, and one decision is taken."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, connections

from forums.models import Decision, Motion
from tests.factories.forums import cast, core, make_forum, put

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="threads meet on PostgreSQL only"),
]


@pytest.mark.parametrize("_again", range(5))
def test_the_last_two_votes_decide_once(_again):
    forum = make_forum(members=2)
    motion = put(forum, mode="unanimity")
    cast(motion, forum.chair)
    start = threading.Barrier(2)
    faults: list[Exception] = []

    def vote(post: Any) -> None:
        try:
            start.wait(10)
            cast(Motion.objects.get(pk=motion.pk), post)
        except Exception as fault:  # noqa: BLE001  (a thread must not hide it)
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=vote, args=(post,)) for post in core(forum)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    motion.refresh_from_db()
    assert motion.state == Motion.State.CARRIED
    assert len(Decision.objects.get().present) == 3
