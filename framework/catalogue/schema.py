"""`pricing/schema.json`, generated from the records: editors complete and check the YAML with it.

`python -m framework.catalogue.schema` writes it.
"""

from __future__ import annotations

import json

from pydantic.json_schema import models_json_schema

from framework.catalogue.files import pricing_directory
from framework.catalogue.gateways import GatewaysFile
from framework.catalogue.records import LatencyDefaultsFile, LatencyFile, ModelsFile, ProviderFile

FILES = (ModelsFile, ProviderFile, LatencyFile, LatencyDefaultsFile, GatewaysFile)


def schema_text() -> str:
    """The schema of every file under `pricing/`: a file must be of one of the five kinds."""
    references, definitions = models_json_schema([(file, "validation") for file in FILES], title="A file of the Four Axes catalogue")
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **definitions,
        "anyOf": [references[(file, "validation")] for file in FILES],
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write_schema() -> None:
    """Replace `pricing/schema.json`."""
    (pricing_directory() / "schema.json").write_text(schema_text(), encoding="utf-8")


if __name__ == "__main__":
    write_schema()
