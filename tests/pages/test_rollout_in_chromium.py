"""The downloads of the rollout page in a real Chromium."""

import io
import zipfile

import yaml
from driving import no_traceback, settled, visit
from playwright.sync_api import expect


def test_the_starter_downloads_and_opens(page, dashboard):
    visit(page, dashboard + "/rollout")
    no_traceback(page)
    said = page.locator("[data-testid=headline]").text_content()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Starter (ZIP)").click()
    with zipfile.ZipFile(io.BytesIO(waiting.value.path().read_bytes())) as archive:
        assert archive.testzip() is None
        text = archive.read("llm-rollout/llm.yaml").decode()
        assert "llm-rollout/providers/config.py" in archive.namelist()
    assert text.strip() == page.locator("[data-testid=stCode] code").first.inner_text().strip()
    handle = page.locator(".st-key-split_share input[type=range]").first
    handle.focus()
    handle.press("ArrowRight")
    expect(page.locator("[data-testid=headline]")).not_to_have_text(said)
    settled(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="llm.yaml", exact=True).click()
    assert list(yaml.safe_load(waiting.value.path().read_text())["split"].values()) == [0.01]
