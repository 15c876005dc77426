"""Every file keeps the house rules that no tool checks."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ["ledger", "people", "forums", "labs", "kpis", "reviews", "starters"]
CODE = sorted(
    path
    for folder in [*APPS, "demo", "simulator", "config", "scripts", "benchmarks"]
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts and path.name != "__init__.py"
)
LONGEST = 320
EDGES = {"views", "forms", "api", "tasks", "selectors", "permissions", "templatetags", "management"}
WRITES = {"save", "bulk_create", "bulk_update", "update_or_create", "get_or_create"}


TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def where(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_files_stay_short() -> None:
    """A file that outgrows about 300 lines becomes a folder of the same name."""
    long = {
        where(path): lines
        for path in CODE
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert long == {}


def test_no_drawers() -> None:
    drawers = [
        where(path)
        for path in CODE
        if {"utils", "common", "helpers", "misc"} & {*path.relative_to(ROOT).parts, path.stem}
    ]
    assert drawers == []


def test_no_signals() -> None:
    """What happens must be readable where it happens."""
    pattern = re.compile(r"django\.(db\.models|core|contrib\.auth)\.signals|django\.dispatch")
    assert [where(path) for path in CODE if pattern.search(path.read_text())] == []


def room(path: Path) -> str:
    parts = path.relative_to(ROOT).parts
    return parts[1].removesuffix(".py") if len(parts) > 1 else ""


def writes(path: Path) -> list[str]:
    found = []
    for node in ast.walk(tree(path)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        verb, owner = node.func.attr, node.func.value
        on_manager = isinstance(owner, ast.Attribute) and owner.attr == "objects"
        if verb in WRITES or (on_manager and verb in {"create", "delete", "update"}):
            found.append(f"{where(path)}:{node.lineno} .{verb}()")
    return found


def test_only_services_write() -> None:
    edges = [path for path in CODE if path.parts[-2] != "services" and room(path) in EDGES]
    assert [line for path in edges for line in writes(path)] == []


def reads_clock(path: Path) -> list[str]:
    return [
        f"{where(path)}:{node.lineno} .{node.func.attr}()"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name | ast.Attribute)
        and node.func.attr in {"now", "today", "utcnow"}
        and ast.unparse(node.func.value)
        in {"timezone", "datetime", "date", "datetime.datetime", "datetime.date", "clock"}
    ]


def test_time_is_passed_in() -> None:
    """Below the edges nobody reads a clock: business time comes as ``at``."""
    below = [
        path
        for path in CODE
        if room(path) in {"rules", "models", "selectors", "services", "permissions"}
    ]
    assert [line for path in below for line in reads_clock(path)] == []


@pytest.mark.parametrize("app", APPS)
def test_services_take_keywords(app: str) -> None:
    """A call of a service reads as a sentence: ``bump_up(dispute=…, by=…, at=…)``."""
    positional = [
        f"{where(path)}:{node.lineno} {node.name}"
        for path in (ROOT / app / "services").glob("*.py")
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and {"by", "at"} <= {argument.arg for argument in node.args.args}
    ]
    assert positional == []


def test_templates_hold_no_inline_script_or_style() -> None:
    """The content security policy would block them, silently for whoever wrote them."""
    inline = re.compile(
        r"<style|<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|\sstyle=|\son[a-z]+=\"",
        re.IGNORECASE,
    )
    found = [
        f"{where(path)}: {match.group().strip()}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for match in inline.finditer(TAG.sub("", path.read_text(encoding="utf-8")))
    ]
    assert found == []
