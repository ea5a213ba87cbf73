"""A link that was sent with an earlier version opens on a page, and goes on as one of today."""

import json
from pathlib import Path

from streamlit.testing.v1 import AppTest

from framework.link import decode

ROOT = Path(__file__).resolve().parents[2]
OLD = json.loads((ROOT / "tests" / "links" / "first.json").read_text())


def test_a_link_of_the_first_version_opens_and_a_move_makes_it_one_of_the_second():
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).switch_page("pages/context_window.py")
    app.query_params["s"] = OLD["rag"]["token"]
    app.run()
    assert not app.exception and not app.error
    assert app.select_slider(key="context.chunks").value == 8
    app.select_slider(key="context.chunks").set_value(10.0).run()
    found = app.query_params["s"]
    token = found if isinstance(found, str) else found[0]
    assert not app.exception and token.startswith("2.")
    before = decode(OLD["rag"]["token"]).workload
    assert decode(token).workload.context.chunks == 10 and decode(token).workload.traffic == before.traffic
