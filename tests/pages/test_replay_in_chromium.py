"""The day's replay in a real Chromium."""

from driving import no_traceback, settled, still, visit
from pages.test_replay import BUSY
from playwright.sync_api import expect

from framework.flat import flat, from_flat
from framework.link import Shared, encode
from framework.presets import presets


def busy_link(on) -> str:
    preset = presets()["code-assistant"]
    workload, priorities = from_flat(flat(preset.workload, preset.priorities) | BUSY)
    return encode(Shared(workload, priorities, on, "0" * 12))


def choose(page, label, option):
    page.get_by_role("combobox", name=label).first.click()
    page.get_by_role("option", name=option).first.click()


def test_calls_that_were_refused_wait_when_the_policy_says_so_and_a_trace_takes_their_place(page, dashboard, tmp_path):
    import datetime as dt

    visit(page, f"{dashboard}/rate_limits?s={busy_link(dt.date.today())}")
    day = page.get_by_text("Replayed call by call over").first
    expect(day).to_contain_text("refused")
    address = page.url
    choose(page, "A call that a limit refuses", "waits")
    page.wait_for_url(lambda url: url != address)
    still(page)
    expect(page.get_by_text("Replayed call by call over").first).to_contain_text("made to wait")
    page.locator("summary").filter(has_text="The traffic that is replayed").click()
    settled(page)
    trace = tmp_path / "mine.csv"
    trace.write_text("time_s,input_tokens,output_tokens\n" + "".join(f"{k / 2},1000,100\n" for k in range(600)))
    page.locator(".st-key-trace_upload input[type=file]").set_input_files(trace)
    expect(page.locator(".st-key-trace_note")).to_contain_text("mine.csv")
    still(page)
    page.get_by_role("button", name="Go back to the workload's own traffic").click()
    expect(page.get_by_text("Replayed is your trace")).to_have_count(0)
    no_traceback(page)
    assert not [fault for fault in page.faults if "404" not in fault]
