"""The figures are data: an installation has its own, and a wrong file is told when it starts."""

import tomllib

import pytest

from portal.pages.orientation.checks import figures_can_be_weighed_by
from portal.pages.orientation.figures import SHIPPED, BadFigures, current, parsed

SHIPPED_TEXT = SHIPPED.read_text(encoding="utf-8")


def test_an_installation_weighs_by_its_own_figures(settings, tmp_path):
    own = tmp_path / "figures.toml"
    own.write_text(SHIPPED_TEXT.replace("to = 40000", "to = 35000"), encoding="utf-8")
    settings.ORIENTATION_FIGURES = str(own)
    assert current().place_of(36_000_00) == "above"
    assert figures_can_be_weighed_by() == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("to = 40000", "to = 4000"),
        ("permanent = 2", "permanent = -2"),
        ("pension = 2", "retired = 2"),
        ("above = 4", "above = 1"),
        ("middle_from = 3", "middle_from = 7"),
        ("income = [500, 1000", "income = [1000, 500"),
        ("scale = [1.0, 1.57", "scale = [1.57, 1.0"),
        ("year = 2013", ""),
    ],
)
def test_figures_that_nobody_can_be_weighed_by_are_refused(right, wrong):
    assert right in SHIPPED_TEXT
    with pytest.raises(BadFigures):
        parsed(tomllib.loads(SHIPPED_TEXT.replace(right, wrong)))


def test_a_file_that_is_not_there_is_an_error_of_the_check(settings, tmp_path):
    settings.ORIENTATION_FIGURES = str(tmp_path / "nowhere.toml")
    assert [error.id for error in figures_can_be_weighed_by()] == ["portal.E050"]
