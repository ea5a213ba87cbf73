"""`fouraxes fit` as a command: what fits, by which limit, and nothing but one message where it cannot."""

import json

import pytest
from command import ROOT, fouraxes

SMALL = ROOT / "tests" / "catalogue" / "fixtures" / "small"
WORKLOAD = """
traffic: {requests_per_day: 1000}
tokens: {input_mean: 150000, output_mean: 100}
context: {system_tokens: 600, tools_tokens: 400, chunks: 297, chunk_tokens: 500, turn_tokens: 500, output_reserve_tokens: 500}
"""


def fit(tmp_path, *arguments, text=WORKLOAD):
    path = tmp_path / "w.yaml"
    path.write_text(text)
    return fouraxes("fit", path, "--pricing", SMALL, "--on", "2026-11-23", *arguments)


def test_json_says_per_offer_what_fits_and_by_which_limit(tmp_path):
    done = fit(tmp_path, "--format", "json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    found = {offer["id"]: offer for offer in answer["offers"]}
    # A turn of a conversation: 150 tokens of the user, as it comes, and a reply of 100.
    assert (answer["chunk_tokens"], answer["turn_tokens"]) == (500, 250)
    bolt, mini, sage = found["beta/bolt"], found["beta/bolt-mini"], found["alpha/sage-2"]
    # Bolt: window 1,000,000 and largest input 900,000; 150,000 of prompt. Beside the chunks 1,500: 1,797 chunks of 500 fit.
    assert (bolt["limit"], bolt["usable_tokens"], bolt["words"], bolt["fit"]) == ("largest input", 900_000, "fits with room", "room")
    assert bolt["chunks"]["by_window"] == 1_797 and bolt["price_cliff_tokens"] == 272_000
    # Up to 272,000: 541 chunks.
    assert bolt["chunks"]["by_price_cliff"] == 541
    assert mini["limit"] == "window" and mini["usable_tokens"] == 399_500 and mini["price_cliff_tokens"] is None
    # Sage 2 holds 199,500: a quarter more than 150,000 still fits.
    assert sage["words"] == "fits with room" and sage["verdict"] == "MEETS"
    assert bolt["parts"]["tools"] == 400 and bolt["overflow"] is None
    assert bolt["provider"] == "beta" and bolt["conversation"]["turns_that_fit"] > 0


def test_the_table_has_a_row_per_offer_in_a_hundred_columns(tmp_path):
    done = fit(tmp_path)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert any(line.startswith("beta/bolt ") and "fits with room" in line and "900k" in line and "input" in line for line in lines)
    assert any("at most" in line for line in lines)
    assert max(map(len, lines)) <= 100


def test_a_prompt_that_is_too_long_is_said_to_be(tmp_path):
    text = WORKLOAD.replace("input_mean: 150000", "input_mean: 600500").replace("chunks: 297", "chunks: 1198")
    found = {offer["id"]: offer for offer in json.loads(fit(tmp_path, "--format", "json", text=text).stdout)["offers"]}
    assert (found["beta/bolt-mini"]["words"], found["beta/bolt-mini"]["fit"]) == ("does not fit", "none")
    assert found["beta/bolt"]["words"] == "fits with room"


def test_the_answer_goes_to_a_file_and_replaces_none_unasked(tmp_path):
    target = tmp_path / "fit.json"
    assert fit(tmp_path, "--format", "json", "-o", str(target)).returncode == 0
    assert json.loads(target.read_text())["offers"]
    again = fit(tmp_path, "-o", str(target))
    assert again.returncode == 2 and "--force" in again.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [("retrieval: {documents: no}", "documents"), ("context: {tools: 5}", "tools"), ("[1, 2", "w.yaml"), ("\0", "w.yaml")],
    ids=["not-a-number", "unknown-key", "broken", "binary"],
)
def test_wrong_input_is_one_message_and_no_traceback(tmp_path, text, words):
    done = fit(tmp_path, text=text)
    assert done.returncode == 2 and words in done.stderr and "Traceback" not in done.stderr
