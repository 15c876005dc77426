"""The catalogues of texts: whole, compiled, and without guesses."""

from __future__ import annotations

import datetime
import gettext
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils import translation

from people.templatetags.formats import day, number, period_label
from people.templatetags.statuses import LOOKS

LOCALE = settings.BASE_DIR / "locale"
LANGUAGES = [code for code, _name in settings.LANGUAGES]
SAME_IN_BOTH = {"provisional"}
OTHERS = [code for code in LANGUAGES if code != "en"]
NAVIGATION = ["Board", "My desk", "Labs and plans", "KPIs", "Reviews", "Disputes", "Forums", "Ledger"]  # fmt: skip


def catalogue(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_guessed_or_left_over(language: str) -> None:
    text = catalogue(language).read_text(encoding="utf-8")
    assert not re.search(r"^#, .*fuzzy", text, re.MULTILINE)
    assert not re.search(r"^#~", text, re.MULTILINE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str, tmp_path: Path) -> None:
    if shutil.which("msgfmt") is None:
        pytest.skip("no msgfmt: apt-get install gettext")
    fresh = tmp_path / "django.mo"
    subprocess.run(
        ["msgfmt", "--check-format", "-o", str(fresh), str(catalogue(language))], check=True
    )
    with fresh.open("rb") as made, catalogue(language).with_suffix(".mo").open("rb") as kept:
        assert gettext.GNUTranslations(made)._catalog == gettext.GNUTranslations(kept)._catalog


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_survive_translation(language: str) -> None:
    with catalogue(language).with_suffix(".mo").open("rb") as file:
        texts = gettext.GNUTranslations(file)._catalog
    for source, text in texts.items():
        asked = source[0] if isinstance(source, tuple) else source
        if text and asked:
            names = set(re.findall(r"%\(\w+\)", text))
            assert names <= set(re.findall(r"%\(\w+\)", asked)) | {"%(count)", "%(n)"}, asked


@pytest.mark.parametrize("language", OTHERS)
def test_navigation_and_statuses_are_translated(language: str) -> None:
    with translation.override(language):
        same = [word for word in NAVIGATION if translation.gettext(word) == word]
        marks = {status: str(look.word) for status, look in LOOKS.items()}
    with translation.override("en"):
        same += [status for status, word in marks.items() if str(LOOKS[status].word) == word]
    assert set(same) <= SAME_IN_BOTH


@pytest.mark.parametrize(
    ("language", "date", "amount", "quarter"),
    [
        ("en", "3 March 2019", "1,234.5", "Q1 2019"),
        ("es", "3 de marzo de 2019", "1.234,5", "T1 2019"),
        ("ms", "3 Mac 2019", "1,234.5", "S1 2019"),
        ("pt", "3 de Março de 2019", "1.234,5", "T1 2019"),
    ],
)
def test_dates_and_numbers_are_those_of_the_language(
    language: str, date: str, amount: str, quarter: str
) -> None:
    start, end = datetime.date(2019, 1, 1), datetime.date(2019, 3, 31)
    with translation.override(language):
        assert day(datetime.date(2019, 3, 3)) == date
        assert number("1234.5").replace("\xa0", ".") == amount
        assert period_label(start, end) == quarter


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_say_their_language(language: str) -> None:
    with translation.override(language):
        html = Template("{% extends 'base.html' %}").render(Context())
    assert f'<html class="govuk-template" lang="{language}">' in html
