"""Prompts of a given length for a probe: words without meaning that no cache can have seen before, and a plain task after them."""

from __future__ import annotations

import hashlib

# Each is one token in o200k with the blank before it, and one or two in every other tokenizer.
_WORDS = (
    "time year people way day man thing woman life child world school state family student group country problem hand part place case "
    "week company system program question work government number night point home water room mother area money story fact month lot "
    "right study book eye job word business issue side kind head house service friend father power hour game line end member law car"
)
WORDS = tuple(_WORDS.split())
MOST_TOKENS_PER_WORD = 1.6
"""The densest tokenizer of the catalogue makes 1.51 tokens of one of o200k's."""

TASK_TOKENS = 80
"""More than the task, the salt and the roles take."""

LONGEST_REPLY_WORDS = 150


def prompt(tokens: int, salt: str) -> str:
    """About so many tokens that begin with the salt, so that no cache holds their beginning, and go on as the salt says."""
    picks = hashlib.shake_256(salt.encode()).digest(tokens)
    return f"Reference {salt}. " + " ".join(WORDS[pick % len(WORDS)] for pick in picks)


def task(output_tokens: int) -> str:
    """What to answer: short enough to end before it is cut, long enough for a speed to be told from it."""
    words = reply_words(output_tokens)
    return f"Leave the words above aside. In about {words} words and plain sentences, tell how a river comes from the hills to the sea."


def reply_words(output_tokens: int) -> int:
    """How many words to ask for where a reply may have so many tokens."""
    return max(5, min(LONGEST_REPLY_WORDS, output_tokens // 2))


def likely_output_tokens(output_tokens: int) -> int:
    """What a reply of that many words comes to, a third more tokens than words, without thinking."""
    return min(output_tokens, reply_words(output_tokens) * 4 // 3)


def most_input_tokens(tokens: int) -> int:
    """What a prompt of `tokens` words and the task can be billed as at most."""
    return int(tokens * MOST_TOKENS_PER_WORD) + TASK_TOKENS
