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
