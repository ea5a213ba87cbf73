"""How the tests open a page without a browser: from a link, as one who was sent it does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from framework.link import Shared, decode, encode
from framework.presets import presets
from framework.workload import Workload

ROOT = Path(__file__).resolve().parents[1]


def opened(page: str, state: Mapping[str, Any] | None = None, preset: str = "support-chatbot", **changes: Mapping[str, Any]) -> AppTest:
    """A page by its file (`pages/latency.py`) at a preset with fields of parts changed; `state`: what was clicked or unfolded before."""
    chosen = presets()[preset]
    parts = chosen.workload.model_dump(by_alias=True)
    for part, fields in changes.items():
        parts[part] = {**parts[part], **fields}
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).switch_page(page)
    app.query_params["s"] = encode(Shared(Workload.model_validate(parts), chosen.priorities, dt.date.today(), "0" * 12))
    for key, value in (state or {}).items():
        app.session_state[key] = value
    app.run()
    assert not app.exception
    return app


def html(app: AppTest) -> str:
    """What stands in tables and badges."""
    return "\n".join(str(item.proto.body) for item in app.get("html")).replace("\u00a0", " ")


def linked(app: AppTest) -> Workload:
    """The workload of the address, as one would get it who was sent it now."""
    found = app.query_params["s"]
    return decode(found if isinstance(found, str) else found[0]).workload
