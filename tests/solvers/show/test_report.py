"""A report is one file: everything inside, readable by everyone, nothing asked from outside."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest
import xarray as xr

import ratelaw as rl
from ratelaw.solvers.report import (
    Section,
    formula,
    page,
    picture,
    remark,
    table,
    text_block,
    words,
)

VOID = {"meta", "img"}


class Reader(HTMLParser):
    """Collects what a browser would load, and checks that every element is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.sources: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.sources += [v or "" for n, v in attrs if n in ("src", "href", "srcset", "data")]
        if tag == "img":
            self.images.append(given)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take <path/> as opened and closed."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def text() -> str:
    array = xr.DataArray(np.arange(5.0), {"time": np.arange(5.0)}, ("time",), "T")
    parts = (
        words("a < b & c"),
        remark("doubt it"),
        text_block("k  = 1\nT  = <2>"),
        formula(r"\frac{a}{b}", "a/b"),
        formula(r"\nothing{a}", "a > b"),
        table(("name", "value"), [("k", "1"), ("<T>", "2")], caption="found"),
        picture(rl.plot(array), 'a "rising" line', "It rises."),
    )
    return page("A & B", "First the answer.", [Section("One", parts), Section("Two", ())], "small")


@pytest.fixture(scope="module")
def reader(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    reader.close()
    return reader


def test_every_element_is_closed(reader: Reader) -> None:
    assert reader.open == []


def test_everything_a_browser_loads_is_inside(reader: Reader) -> None:
    assert reader.sources
    assert all(source.startswith("data:image/png;base64,") for source in reader.sources)


def test_nothing_is_asked_from_outside(text: str) -> None:
    assert not re.search(r"https?://|url\(|@import|<script|<link", text)


def test_every_picture_has_words(reader: Reader) -> None:
    assert [image["alt"] for image in reader.images] == ['a "rising" line']


def test_text_is_text_and_never_markup(text: str) -> None:
    assert "<p>a &lt; b &amp; c</p>" in text
    assert "T  = &lt;2&gt;" in text
    assert "<title>A &amp; B</title>" in text


def test_a_formula_is_drawn_or_else_written(text: str) -> None:
    assert 'aria-label="a/b"' in text
    assert "<code>a &gt; b</code>" in text


@pytest.mark.parametrize(
    "reading", ["prefers-color-scheme: dark", "@media print", "width=device-width"]
)
def test_it_suits_how_people_read(reading: str, text: str) -> None:
    assert reading in text


def test_sections_are_numbered(text: str) -> None:
    assert re.findall(r"<h2><span>(\d)</span> (\w+)</h2>", text) == [("1", "One"), ("2", "Two")]
