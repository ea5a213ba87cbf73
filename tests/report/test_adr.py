import re

import pytest
from report.studies import chatbot, made, nothing_fits, plain

from framework.report import adr

SECTIONS = (
    "## Context and Problem Statement",
    "## Decision Drivers",
    "## Considered Options",
    "## Decision Outcome",
    "### Consequences",
    "### Confirmation",
    "## Pros and Cons of the Options",
    "## Revisit if",
    "## More Information",
)


@pytest.mark.parametrize("study", [plain, nothing_fits, chatbot])
def test_the_sections_of_madr_are_there_in_order(study) -> None:
    text = adr.render(study())
    places = [text.index(f"\n{section}\n") for section in SECTIONS]
    assert places == sorted(places)
    assert text.startswith("---\nstatus: proposed\ndate: 2026-11-23\ndecision-makers: []\n---\n\n# ")


def test_it_names_choice_fallback_and_why() -> None:
    text = adr.render(plain())
    assert "# Use Bolt Mini for: Plain" in text
    assert 'Chosen option: "Bolt Mini"' in text
    assert 'Fallback: "Sage 2"' in text
    for reason in plain().recommendation.reasons[:2]:
        assert reason.split(",")[0].split("~")[0][:20] in text


def test_every_considered_option_has_its_pros_and_cons() -> None:
    text = adr.render(plain())
    for name in ("Bolt Mini", "Sage 2", "Bolt", "Reed"):
        assert f"\n### {name}\n" in text
    assert "* Good, because of cost: \\$8.40 a month" in text
    assert "* Neutral, because of latency: unknown, nothing usable is published" in text


def test_the_excluded_have_their_reason() -> None:
    text = adr.render(chatbot())
    assert "Excluded:" in text
    assert "1 switched off or soon to be" in adr.render(plain())


def test_revisit_holds_flip_points_dates_and_review_day() -> None:
    text = adr.render(chatbot())
    revisit = text[text.index("## Revisit if") : text.index("## More Information")]
    assert "becomes the choice" in revisit or "nothing fits any more" in revisit
    assert "2027-05-01" in revisit
    assert "60 days after the last reading" in revisit


def test_sources_are_listed_with_day_and_kind() -> None:
    text = adr.render(plain())
    assert "1. <https://beta.example/pricing> (2026-11-12, package)" in text


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "[x](https://evil.example)", "# Accepted", "a | b", "**bold** `code`", "x" * 199]
)
def test_a_hostile_name_stays_text(name: str) -> None:
    title = next(line for line in adr.render(made(name=name)).splitlines() if line.startswith("# "))
    assert "<script" not in title
    assert not re.search(r"(?<!\\)\]\(", title)
    assert " `code`" not in title
    assert len(title) < 200


def test_without_a_fitting_offer_the_record_says_so() -> None:
    text = adr.render(nothing_fits())
    assert "# No offer fits: Plain" in text
    assert "No option is chosen" in text
