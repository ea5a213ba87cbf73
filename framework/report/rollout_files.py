"""The starter: the layer's folder, the configuration and an example that runs, as files and as one zip with the same bytes every time."""

from __future__ import annotations

import io
import math
import zipfile
from importlib.resources import files as packaged
from typing import TYPE_CHECKING

from framework.errors import ReportError
from framework.report.escaping import markdown, shortened
from framework.report.rollout_config import llm_yaml
from framework.report.rollout_differences import difference_rows
from framework.report.rollout_watch import probing, tally_words, watch_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from framework.report.rollout import Rollout

FOLDER = "llm-rollout"
LAYER = "providers"
ENDINGS = (".py", ".md", ".txt")
REQUIREMENTS = {"anthropic": "anthropic>=2.12", "openai": "openai>=2.54", "yaml": "pyyaml>=6.0.3"}
"""As `pyproject.toml` has them."""

DAWN = (1980, 1, 1, 0, 0, 0)
"""The oldest time that a zip can hold: a file's time must not change its bytes."""

EXAMPLE = '''"""Asks whomever llm.yaml names first; edit that line and another provider answers."""

import asyncio
from pathlib import Path

from {layer} import load_provider


async def main() -> None:
    async with load_provider(Path(__file__).with_name("llm.yaml")) as llm:
{ask}

asyncio.run(main())
'''
STREAMED = """        async with llm.stream("You answer in one sentence.", "What is a token?", max_tokens={max_tokens}) as pieces:
            async for text in pieces:
                print(text, end="", flush=True)
        reply = pieces.response
        print(f"\\n{{reply.provider}}: {{reply.input_tokens}} tokens in, {{reply.output_tokens}} out, first text after {{reply.ttft_s}} s")
"""
WHOLE = """        reply = await llm.complete("You answer in one sentence.", "What is a token?", max_tokens={max_tokens})
        print(reply.content)
        print(f"{{reply.provider}}: {{reply.input_tokens}} tokens in, {{reply.output_tokens}} out, {{reply.response_s}} s")
"""
README = """# {title}

{layer}/ is the abstraction layer (its own README says what it does), llm.yaml says who answers, example.py asks once.

```
python3 -m venv .venv && .venv/bin/pip install -r requirements.txt
cp .env.example .env            # then enter the keys; keep .env out of version control
set -a; . ./.env; set +a
.venv/bin/python example.py
```

Measure before you switch traffic, wherever Four Axes is installed: {probing}
To switch the provider, edit `primary` in llm.yaml. No code changes.

## What to watch

{tally}{watch}
"""
CHECKLIST = """# What changes when the fallback answers

{table}

Facts are the catalogue's of {on}, with their sources in the dashboard; wire formats are those of the layer. Unknown means not found.
"""


def starter(plan: Rollout) -> dict[str, bytes]:
    """Content by path under the starter's folder; `ReportError` where there is nothing to call."""
    texts = {
        "llm.yaml": llm_yaml(plan),
        ".env.example": "".join(f"{variable}=\n" for variable in dict.fromkeys(one.key_variable for one in plan.callees)),
        "example.py": example(plan),
        "requirements.txt": "".join(f"{line}\n" for line in requirements(plan)),
        "README.md": _readme(plan),
    }
    if plan.fallback is not None:
        texts["CHECKLIST.md"] = _checklist(plan)
    return {**{path: text.encode() for path, text in texts.items()}, **layer_files()}


def starter_zip(plan: Rollout) -> bytes:
    """The same as a zip: stored, sorted, without times, so that equal content is equal bytes on every machine."""
    content = starter(plan)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(content):
            entry = zipfile.ZipInfo(f"{FOLDER}/{path}", DAWN)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, content[path])
    return buffer.getvalue()


def layer_files() -> dict[str, bytes]:
    """The layer's folder as it is installed, by path in the starter."""
    found = {item.name: item.read_bytes() for item in packaged("framework.providers").iterdir() if item.name.endswith(ENDINGS)}
    if "README.md" not in found or "config.py" not in found:
        raise ReportError("framework/providers is not whole in this installation: install fouraxes again")
    return {f"{LAYER}/{name}": content for name, content in found.items()}


def requirements(plan: Rollout) -> list[str]:
    """The lines of `requirements.txt` that this rollout needs."""
    return [REQUIREMENTS[name] for name in sorted({"yaml", *(one.sdk for one in plan.callees)})]


def example(plan: Rollout) -> str:
    """Ten lines that ask once, with the longest reply that the workload allows and all of the models can give."""
    study = plan.study
    limits = (study.catalogue.model_of(study.catalogue.offer(one.offer)).window.max_output_tokens for one in plan.callees)
    max_tokens = min([math.ceil(study.workload.context.output_reserve_tokens), *(limit for limit in limits if limit)])
    ask = (STREAMED if study.workload.budget.streaming else WHOLE).format(max_tokens=max_tokens)
    return EXAMPLE.format(layer=LAYER, ask=ask)


def _readme(plan: Rollout) -> str:
    heads = {"name": "Metric", "expected": "Expected", "act": "Act", "where": "Where", "why": "Why"}
    title = f"LLM rollout: {markdown(shortened(plan.study.workload.name, 120))}"
    tally = f"{tally_words(plan)}\n\n" if plan.fallback else ""
    return README.format(title=title, layer=LAYER, tally=tally, watch=_table(heads, watch_rows(plan)), probing=probing(plan))


def _checklist(plan: Rollout) -> str:
    primary, fallback = (one.label for one in plan.callees)
    heads = {"name": "What", "primary": primary, "fallback": fallback, "differs": "Differs", "care": "What follows"}
    return CHECKLIST.format(table=_table(heads, difference_rows(plan)), on=plan.study.on.isoformat())


def _table(heads: Mapping[str, str], rows: Iterable[Mapping[str, str]]) -> str:
    lines = [f"| {' | '.join(map(markdown, heads.values()))} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join(markdown(str(row[key])) for key in heads)} |" for row in rows]
    return "\n".join(lines)
