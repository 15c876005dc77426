"""The queue of embedded mode: whole messages or none, whatever lies in the folder."""

from __future__ import annotations

import threading
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from config.celery import transport_options


@pytest.fixture
def channel(tmp_path: Path):
    folder = tmp_path / "queue"
    folder.mkdir()
    options = transport_options("filesystem://", str(folder))
    with Connection("filesystem://", transport_options=options) as connection:
        yield connection.channel()


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
