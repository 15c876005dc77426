"""Tokens: random, found by their prefix, proven by a digest, nothing else accepted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.rules import tokens


def test_a_token_names_its_prefix_and_is_proven_by_its_digest():
    token, prefix = tokens.new_token()
    assert token.startswith(f"mk_{prefix}_")
    assert tokens.prefix_of(token) == prefix
    assert tokens.proves(token, tokens.digest(token))


def test_tokens_differ():
    made = {tokens.new_token()[0] for _ in range(50)} | {tokens.new_secret() for _ in range(50)}
    assert len(made) == 100


def test_a_changed_token_proves_nothing():
    token, _prefix = tokens.new_token()
    kept = tokens.digest(token)
    last = "0" if token[-1] != "0" else "1"
    assert not tokens.proves(token[:-1] + last, kept)
    assert not tokens.proves("", kept)
    assert not tokens.proves(token, "")
    assert not tokens.proves("", "")


@pytest.mark.parametrize(
    "text", ["", "mk_", "mk_abc_def", "xx_0123456789_" + "0" * 64, "mk_0123456789_" + "0" * 65]
)
def test_other_shapes_have_no_prefix(text):
    assert tokens.prefix_of(text) is None


@given(st.text())
def test_no_text_breaks_it(text):
    tokens.prefix_of(text)
    assert not tokens.proves(text, tokens.digest(text + "x"))
