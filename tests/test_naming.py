import pytest

from framework.catalogue.load import load_catalogue
from framework.errors import WorkloadError
from framework.naming import check_names
from framework.workload import Workload


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


@pytest.mark.parametrize(
    ("content", "field", "message"),
    [
        ({"needs": {"providers": ["opanai"]}}, "needs.providers", "did you mean 'openai'"),
        ({"needs": {"providers": ["zzz"]}}, "needs.providers", "it has anthropic"),
        ({"tiers": {"opanai": "launch"}}, "tiers", "did you mean 'openai'"),
        ({"needs": {"regions": ["atlantis"]}}, "needs.regions", "it has"),
        ({"baseline": "openai/gpt-55"}, "baseline", "openai/gpt-5"),
        ({"billing": {"discounts": {"opanai": 0.1}}}, "billing.discounts", "no provider 'opanai'; did you mean 'openai'"),
        ({"billing": {"discounts": {"zzz": 0.1}}}, "billing.discounts", "no provider 'zzz'; it has anthropic"),
        ({"task": {"success_rates": {"gpt-5.44": 0.9}}}, "task.success_rates", "no model or offer 'gpt-5.44'; did you mean 'gpt-5.4"),
        ({"own_limits": {"openai/gpt-6-soll": {"rpm": 5}}}, "own_limits", "no offer 'openai/gpt-6-soll'; the closest are openai/gpt-6-sol"),
        (
            {"own_limits": {"anthropic/claude-opus-5-5": {"rpm": 5}, "anthropic/claude-opus-5.5": {"rpm": 5}}},
            "own_limits",
            "anthropic/claude-opus-5-5 and anthropic/claude-opus-5.5 are the same offer: keep one of the two",
        ),
        ({"task": {"success_rates": {"zzz": 0.9}}}, "task.success_rates", "no model or offer 'zzz'; correct it or leave it out"),
    ],
)
def test_a_name_that_the_catalogue_lacks_is_refused_with_the_closest(catalogue, content, field, message):
    with pytest.raises(WorkloadError, match=message) as caught:
        check_names(Workload.model_validate(content), catalogue)
    assert caught.value.problems[0][0] == field


def test_names_of_the_catalogue_and_its_aliases_pass(catalogue):
    check_names(
        Workload.model_validate({"needs": {"providers": ["openai"], "regions": ["us"]}, "baseline": "anthropic/claude-opus-5.5"}), catalogue
    )
    check_names(Workload.model_validate({"own_limits": {"anthropic/claude-opus-5.5": {"rpm": 5}}}), catalogue)
    rates = {"claude-opus-5-5": 0.9, "openai/gpt-5.4": 0.8}
    check_names(Workload.model_validate({"billing": {"discounts": {"openai": 0.1}}, "task": {"success_rates": rates}}), catalogue)
