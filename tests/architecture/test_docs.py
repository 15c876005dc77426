"""The documentation is true where a program can tell: links, commands, settings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = {".git", ".venv", "node_modules", "var"}
PAGES = sorted(
    path for path in ROOT.rglob("*.md") if not ELSEWHERE & set(path.relative_to(ROOT).parts)
)
READ_BY = ["config/settings.py", "config/environment.py", "config/wsgi.py", "scripts/serve.py"]

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FENCED = re.compile(r"```.*?```", re.DOTALL)
INDENTED = re.compile(r"^(?: {4}|\t).*$", re.MULTILINE)
INLINE = re.compile(r"`[^`\n]+`")
MAKE = re.compile(r"(?:^\s*|`|&& |; )make ([a-z][a-z-]*)", re.MULTILINE)
NAME = re.compile(r"[A-Z][A-Z0-9_]+")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def code(page: Path) -> Iterator[str]:
    """What the page shows as code: "make" in a sentence is no command."""
    text = page.read_text()
    rest = FENCED.sub("", text)
    yield from (*FENCED.findall(text), *INDENTED.findall(rest), *INLINE.findall(rest))


def anchors(page: Path) -> set[str]:
    """What the headings of a page are called where pages are shown."""
    plain = (re.sub(r"[^\w\- ]", "", each.lower()) for each in HEADING.findall(page.read_text()))
    return {each.strip().replace(" ", "-") for each in plain}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for link in LINK.findall(page.read_text()):
        if "://" in link or link.startswith("mailto:"):
            continue
        place, _hash, part = link.partition("#")
        target = (page.parent / place).resolve() if place else page
        if not target.exists() or (part and part not in anchors(target)):
            broken.append(link)
    assert not broken


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_exist(page: Path) -> None:
    shown = " \n".join(code(page))
    named = set(re.findall(r"manage\.py ([a-z][a-z_]+)", shown))
    assert named <= get_commands().keys()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_make_targets_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = set(MAKE.findall("\n".join(code(page))))
    assert named <= targets


def test_every_setting_is_explained() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    table = " ".join(line for line in page.splitlines() if line.startswith("| `"))
    explained = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", table))
    asked = {setting for path in READ_BY for setting in settings_read(ROOT / path)}
    assert {"DATA_DIR", "SECRET_KEY", "PORT"} <= asked  # or this test looks in the wrong place
    assert asked - explained == {"DJANGO_SETTINGS_MODULE"}


def settings_read(path: Path) -> Iterator[str]:
    """Environment variables that a module asks for by name."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if called in {"read", "kept_key"} or called.startswith("os.environ."):
            for given in node.args:
                if isinstance(given, ast.Constant) and NAME.fullmatch(str(given.value)):
                    yield str(given.value)
                    break
