"""Keys: where they come from, and how they stay out of everything that is shown."""

from __future__ import annotations

import os
import re
from typing import NoReturn

from .errors import AuthenticationFailed

# Prefixes of OpenAI and DeepSeek, Anthropic, Groq, xAI, Google, Cerebras and Together keys; and what follows "Bearer".
_LOOKS_LIKE_KEY = re.compile(r"(?:sk-|gsk_|xai-|AIza|csk-|tgp_)[\w-]{12,}|(?<=Bearer )[^\s'\"]{8,}")
_HIDDEN = "[key]"


def hide_keys(text: str) -> str:
    """The text without anything that has the form of a known key."""
    return _LOOKS_LIKE_KEY.sub(_HIDDEN, text)


class Key:
    """A key that shows itself only when asked for its `value`."""

    def __init__(self, value: str, *, provider: str, variable: str) -> None:
        if not value or not value.isascii() or not value.isprintable() or " " in value:
            # Sent as it is, it would come back inside the error of the HTTP library.
            what = "the key holds characters that no key has" if value else "there is no key"
            raise AuthenticationFailed(f"{provider}: {what}; set the environment variable {variable} to the key", provider=provider)
        self.value = value

    def __repr__(self) -> str:
        return "Key(hidden)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is not to be pickled or copied; make the provider again where it is needed")

    def hide(self, text: str) -> str:
        """The text without this key, and without anything that looks like one."""
        # A placeholder of a server without keys is a word; replacing it would only spoil sentences.
        return hide_keys(text.replace(self.value, _HIDDEN) if len(self.value) >= 8 else text)

    def scrub(self, error: BaseException | None) -> None:
        """Take the key out of an error of somebody else's and of everything it was raised from, as a provider may echo it."""
        seen: set[int] = set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            for attribute in ("args", "message", "body", "api_message"):
                held = getattr(error, attribute, None)
                cleaned = tuple(map(self._clean, held)) if attribute == "args" and held else self._clean(held)
                if cleaned != held:  # errors that only happen to stand in the chain stay as they are
                    setattr(error, attribute, cleaned)
            self._scrub_response(getattr(error, "response", None))
            error = error.__cause__ or error.__context__

    def _scrub_response(self, response: object) -> None:
        """What httpx keeps of an answer: its bytes, and the text where it has been read."""
        for attribute in ("_content", "_text"):
            held = getattr(response, attribute, None)
            if held is not None and (cleaned := self._clean(held)) != held:
                setattr(response, attribute, cleaned)

    def _clean(self, value: object) -> object:
        if isinstance(value, str):
            return self.hide(value)
        if isinstance(value, bytes):
            return value.replace(self.value.encode(), _HIDDEN.encode())
        if isinstance(value, dict):
            return {key: self._clean(held) for key, held in value.items()}
        return [self._clean(held) for held in value] if isinstance(value, list) else value


def find_key(given: str | None, *, provider: str, variable: str, placeholder: str | None = None) -> Key:
    """The key given, or the one in the environment; `placeholder` where a server may do without one."""
    value = given if given is not None else os.environ.get(variable) or placeholder or ""
    return Key(value.strip(), provider=provider, variable=variable)
