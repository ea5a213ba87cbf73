"""The day's replay in a real Chromium."""

from driving import no_traceback, options, settled, still, visit
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
    options(page, page.get_by_role("combobox", name=label).first).filter(has_text=option).first.click()


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


def test_where_a_trace_was_refused_the_next_one_is_taken_and_dropped_without_the_uploader_going_away(page, dashboard, tmp_path):
    visit(page, f"{dashboard}/rate_limits")
    page.locator("summary").filter(has_text="The traffic that is replayed").click()
    settled(page)
    uploader = page.locator(".st-key-trace_upload input[type=file]")
    wrong, right = tmp_path / "wrong.csv", tmp_path / "right.csv"
    wrong.write_text("time_s,input_tokens,output_tokens\n1,10,1\n0,10,1\n")
    right.write_text("time_s,input_tokens,output_tokens\n" + "".join(f"{k / 2},1000,100\n" for k in range(600)))
    uploader.set_input_files(wrong)
    expect(page.get_by_text("wrong.csv:3: time_s: is earlier than the row before it")).to_be_visible()
    uploader.set_input_files(right)
    expect(page.locator(".st-key-trace_note")).to_contain_text("right.csv: 600 requests in 4 min, instead of the shape. The numbers under")
    still(page)
    expect(uploader).to_be_attached()
    page.get_by_role("button", name="Go back to the workload's own traffic").click()
    expect(page.get_by_text("Replayed is your trace")).to_have_count(0)
    still(page)
    expect(uploader).to_be_attached()
    no_traceback(page)
