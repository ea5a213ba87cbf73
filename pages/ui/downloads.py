"""The ways out of the browser: PDF, ADR, CSV, JSON and the share link, all from the Study on the screen."""

from __future__ import annotations

import json

import streamlit as st

from framework.report import adr, comparison
from framework.report.rollout import Rollout
from framework.report.rollout_config import llm_yaml
from framework.report.rollout_files import starter_zip
from framework.study import Study
from pages.ui import cached, session
from pages.ui.frame import Page


def row(page: Page, study: Study) -> None:
    """One button each; a file is made only when its button is clicked."""
    token, digest = str(page.token), page.catalogue.digest
    with st.container(horizontal=True, gap="small", key="downloads"):
        _button("Report (PDF)", lambda: cached.pdf(token, digest, study, study.on), "four-axes-report.pdf", "application/pdf")
        _button("Decision record (ADR)", lambda: adr.render(study).encode(), "adr-llm-api.md", "text/markdown")
        _button("CSV", lambda: comparison.as_csv(study).encode(), "four-axes.csv", "text/csv")
        _button(
            "JSON",
            lambda: json.dumps(comparison.as_json(study), indent=2, ensure_ascii=False, allow_nan=False).encode(),
            "four-axes.json",
            "application/json",
        )
        with st.popover("Share"):
            st.markdown(
                "The address in your browser's address bar **is** the link: it holds every input, the day and the catalogue's digest."
            )
            st.code(f"{(st.context.url or '').rstrip('/')}?{session.PARAMETER}={page.token}", language=None, wrap_lines=True)


def starter(plan: Rollout) -> None:
    """The layer with its configuration and an example, and the configuration alone."""
    with st.container(horizontal=True, gap="small", key="downloads"):
        _button("Starter (ZIP)", lambda: starter_zip(plan), "llm-rollout.zip", "application/zip")
        _button("llm.yaml", lambda: llm_yaml(plan).encode(), "llm.yaml", "application/yaml")


def _button(label: str, data: object, name: str, mime: str) -> None:
    st.download_button(label, data=data, file_name=name, mime=mime, key=f"download-{name}", on_click="ignore")  # type: ignore[arg-type]
