"""Zero retention as a must-have: with whom it is agreed is for the user to say."""

from __future__ import annotations

from pages.ui import controls, session


def retention(names: dict[str, str]) -> None:
    """The must-have and, where it is asked for, the providers that have agreed to it."""
    controls.control("needs.zero_retention")
    if not session.value("needs.zero_retention"):
        return
    told = "Enter a provider once its contract says so for the service that you use; keep the date and the clause with your decision."
    nobody = "nobody yet: every offer is out"
    controls.some_of(names, "needs.retention_agreed", "Zero retention is agreed with", nobody=nobody, told=told)
