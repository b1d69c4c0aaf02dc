"""What is kept in a process is bounded by bytes."""

import pytest

from ratelaw.models.recent import Recent


@pytest.fixture
def recent():
    kept = Recent[str](10)
    kept.put("a", "first", 4)
    kept.put("b", "second", 4)
    return kept


def test_what_fits_is_kept(recent):
    assert (recent.get("a"), recent.get("b"), recent.get("c")) == ("first", "second", None)


def test_what_was_not_used_for_longest_goes_first(recent):
    recent.get("a")
    recent.put("c", "third", 4)
    assert (recent.get("a"), recent.get("b"), recent.get("c")) == ("first", None, "third")


def test_the_newest_is_kept_however_large_it_is(recent):
    recent.put("c", "large", 100)
    assert (recent.get("a"), recent.get("b"), recent.get("c")) == (None, None, "large")


def test_a_value_put_again_counts_once(recent):
    recent.put("a", "again", 6)
    assert (recent.get("a"), recent.get("b")) == ("again", "second")
