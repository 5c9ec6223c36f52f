"""`make mutation` changes what it says that it changes, or its answers are worth nothing."""

import gc
import importlib.util

import pytest

from tests import mutation


@pytest.fixture(autouse=True)
def _put_aside():
    """Again, what `_apply` had the garbage collector look through: the tests that follow would pay for it."""
    yield
    gc.freeze()


@pytest.fixture
def module(tmp_path):
    """A module with one function, put aside by the garbage collector as all that tests import."""
    path = tmp_path / "ages.py"
    path.write_text("def is_of_age(years):\n    return years >= 18\n")
    spec = importlib.util.spec_from_file_location("ages", path)
    assert spec
    assert spec.loader
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    gc.freeze()
    return found, path


def test_each_mutation_is_applied(module):
    ages, path = module
    found = {mutant.what: mutant for mutant in mutation.mutants_of(path)}
    assert list(found) == ["return years >= 18  ->  return None", "years >= 18  ->  years > 18", "18  ->  19"]
    for what, answers in [("years >= 18  ->  years > 18", (False, True)), ("18  ->  19", (False, True))]:
        assert mutation._apply(found[what], path)
        assert (ages.is_of_age(18), ages.is_of_age(19)) == answers


def test_a_mutation_that_no_longer_applies_is_reported(module, tmp_path):
    _ages, path = module
    mutant = next(mutation.mutants_of(path))
    assert not mutation._apply(mutant, tmp_path / "nowhere.py")


CLOSURES = """
def limited(most, least):
    def decorate(function):
        def within(number):
            if not least:
                return function(number)
            return function(min(number, most))
        return within
    return decorate

@limited(5, 1)
def doubled(number):
    return 2 * number
"""


def test_a_mutation_that_drops_a_closure_variable_is_applied(tmp_path):
    path = tmp_path / "closures.py"
    path.write_text(CLOSURES)
    spec = importlib.util.spec_from_file_location("closures", path)
    assert spec
    assert spec.loader
    closures = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(closures)
    mutants = {mutant.what: mutant for mutant in mutation.mutants_of(path)}
    assert closures.doubled(9) == 10
    assert mutation._apply(mutants["return function(min(number, most))  ->  return None"], path)
    assert closures.doubled(9) is None
    assert mutation._apply(mutants["not least  ->  least"], path)
    assert closures.doubled(9) == 18
    assert all(mutation._apply(mutant, path) for mutant in mutants.values())
