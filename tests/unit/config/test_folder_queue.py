"""The queue of embedded mode: whole messages or none, whatever lies in the folder."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from config import folder_queue
from config.celery import transport_options


@pytest.fixture
def channels(tmp_path: Path):
    """Makes channels as processes of one installation have them, to one folder."""
    folder = tmp_path / "queue"
    folder.mkdir()
    options = transport_options("filesystem://", str(folder))
    with ExitStack() as stack:

        def one():
            connection = Connection("filesystem://", transport_options=options)
            return stack.enter_context(connection).channel()

        yield one


@pytest.fixture
def channel(channels):
    return channels()


def folder(channel) -> Path:
    return Path(channel.data_folder_in)


def test_messages_come_out_in_the_order_they_went_in_and_once(channel) -> None:
    for number in range(3):
        channel._put("celery", {"number": number})
    assert [channel._get("celery")["number"] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(Empty):
        channel._get("celery")
    assert not list(folder(channel).rglob("*.msg*"))


def test_a_message_that_cannot_be_read_is_dropped_and_the_next_one_taken(channel) -> None:
    (folder(channel) / "0_broken.celery.msg").write_bytes(b"")
    channel._put("celery", {"number": 1})
    assert channel._get("celery") == {"number": 1}


def test_a_reader_never_sees_half_a_message(channel) -> None:
    payload = {"text": "x" * 200_000}
    writer = threading.Thread(target=lambda: [channel._put("q", payload) for _ in range(100)])
    writer.start()
    seen = 0
    while seen < 100:
        try:
            assert channel._get("q") == payload
            seen += 1
        except Empty:
            assert writer.is_alive() or list(folder(channel).glob("*.msg"))
    writer.join()


def test_a_folder_away_for_a_moment_is_an_empty_one_and_work_goes_on(channel) -> None:
    place = folder(channel)
    away = place.with_name("away")
    channel._put("celery", {"number": 1})
    place.rename(away)
    place.write_text("")  # not even a folder
    with pytest.raises(Empty):
        channel._get("celery")
    place.unlink()
    away.rename(place)
    assert channel._get("celery") == {"number": 1}


def test_what_another_took_is_not_taken_again_and_nothing_is_left_lying(channels) -> None:
    first, second = channels(), channels()
    for number in range(6):
        first._put("celery", {"number": number})
    taken = [each._get("celery")["number"] for each in (first, second) * 3]
    assert sorted(taken) == list(range(6))
    assert taken == list(range(6)), "oldest first"
    for each in (first, second):
        with pytest.raises(Empty):
            each._get("celery")
    assert not [path for path in folder(first).rglob("*") if path.is_file()]


def test_many_that_wait_are_listed_once(channel, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that was away for a night finds tens of thousands."""
    for number in range(50):
        channel._put("celery", {"number": number})
    listings = []
    listed = folder_queue._messages
    monkeypatch.setattr(
        folder_queue, "_messages", lambda where: listings.append(where) or listed(where)
    )
    assert [channel._get("celery")["number"] for _ in range(50)] == list(range(50))
    assert len(listings) == 1


def test_processes_that_start_together_find_the_list_of_queues_whole_or_not_at_all(
    channels,
) -> None:
    """Each binds the queue when it starts; what it finds there is never half a list."""
    binding, looking = channels(), channels()
    failed, done = [], threading.Event()

    def look() -> None:
        while not done.is_set():
            try:
                looking.get_table("celery")
            except ValueError as error:  # an empty file is no list
                failed.append(error)

    reader = threading.Thread(target=look)
    reader.start()
    for _again in range(300):
        binding._queue_bind("celery", "celery", "", "celery")
        binding._exchange_file("celery").unlink()
    done.set()
    reader.join()
    assert failed == []
    binding._queue_bind("celery", "celery", "", "celery")
    looking._queue_bind("celery", "celery", "", "celery")
    assert looking.get_table("celery") == [("celery", "", "celery")]
