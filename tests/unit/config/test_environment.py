"""Settings from the environment: what cannot be used is refused in one line."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from config.environment import Misconfigured, data_dir, database, env, kept_key, read


def test_read_unset_gives_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEBUG", raising=False)
    assert read(env.bool, "DEBUG", False, hint="0 or 1") is False


def test_read_names_variable_and_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEBUG", "perhaps")
    with pytest.raises(Misconfigured) as refused:
        read(env.bool, "DEBUG", False, hint="0 or 1")
    assert str(refused.value) == "DEBUG=perhaps is not usable: 0 or 1."


def test_read_keeps_secrets_to_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "mystery://user:hush@host/name")
    with pytest.raises(Misconfigured) as refused:
        database(tmp_path)
    assert "hush" not in str(refused.value)


def test_database_other_than_the_two_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://user@host/name")
    with pytest.raises(Misconfigured, match="only SQLite and PostgreSQL"):
        database(tmp_path)


def test_database_unless_told_is_sqlite_in_the_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    found = database(tmp_path)
    assert found["NAME"] == str(tmp_path / "db.sqlite3")
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_key_is_made_once_for_this_account_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("LEDGER_KEY", raising=False)
    first = kept_key("LEDGER_KEY", tmp_path)
    assert kept_key("LEDGER_KEY", tmp_path) == first
    assert len(first) >= 32
    assert stat.S_IMODE((tmp_path / "ledger_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["ledger_key"]


def test_key_from_the_environment_wins_and_may_not_be_short(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LEDGER_KEY", "k" * 32)
    assert kept_key("LEDGER_KEY", tmp_path) == "k" * 32
    monkeypatch.setenv("LEDGER_KEY", "short")
    with pytest.raises(Misconfigured, match="LEDGER_KEY is too short"):
        kept_key("LEDGER_KEY", tmp_path)


def test_data_folder_in_the_way_of_a_file_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "file"))
    with pytest.raises(Misconfigured, match="choose a folder that can be written to"):
        data_dir(demo=True)
