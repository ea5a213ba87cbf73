"""A workload and its priorities as one flat table of dotted paths: what controls, links and storage hold."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from framework.errors import WorkloadError
from framework.explain import what
from framework.priorities import Priorities
from framework.workload import Workload

Model = TypeVar("Model", bound=BaseModel)

MAPPINGS = ("tiers", "billing.discounts", "task.success_rates", "own_limits", "own_latency", "evals")
"""Fields that hold a mapping and stay whole."""


def flat(workload: Workload, priorities: Priorities) -> dict[str, Any]:
    """`{"traffic.requests_per_day": 10000, ..., "priorities.weights.cost": 0.4}`; `MAPPINGS` stay whole."""
    return dict(_walk(workload.model_dump(), "")) | dict(_walk(priorities.model_dump(), "priorities."))


def _walk(content: dict[str, Any], prefix: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in content.items():
        path = prefix + key
        found += _walk(value, path + ".") if isinstance(value, dict) and path not in MAPPINGS else [(path, value)]
    return found


def from_flat(values: dict[str, Any]) -> tuple[Workload, Priorities]:
    """The reverse; `WorkloadError` with one `(field, message)` per problem."""
    tree: dict[str, Any] = {}
    for path, value in values.items():
        *parents, leaf = path.split(".")
        branch = tree
        for parent in parents:
            branch = branch.setdefault(parent, {})
        branch[leaf] = value
    priorities = tree.pop("priorities", {})
    return validated(Workload, tree), validated(Priorities, priorities, "priorities.")


def validated(kind: type[Model], content: Any, prefix: str = "") -> Model:
    """`kind.model_validate` with errors as `WorkloadError`."""
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        raise WorkloadError(_message(error, prefix), problems(error, prefix)) from None


def problems(error: ValidationError, prefix: str = "") -> tuple[tuple[str, str], ...]:
    """`(field, message)` per problem, the message fit for the user."""
    return tuple((prefix + ".".join(map(str, item["loc"])), what(dict(item))) for item in error.errors())


def _message(error: ValidationError, prefix: str) -> str:
    return "; ".join(f"{field}: {message}" if field else message for field, message in problems(error, prefix))
