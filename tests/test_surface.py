"""What `import analysis` offers, on the repository's own tables."""

import subprocess
import sys

import pandas as pd
import pytest

import analysis
from analysis.measure import bounds, rates, totals
from analysis.tables import Tables

ROUND = "parliament-street-2019"


@pytest.fixture(scope="module")
def whole():
    return analysis.load()


def test_the_names_are_the_functions_that_notebooks_call():
    assert (analysis.total, analysis.limits, analysis.rates) == (totals.total, bounds.limits, rates.per_thousand)
    assert callable(analysis.charts.funnel)
    assert {"load", "total", "limits", "rates", "charts"} <= set(dir(analysis))


def test_a_name_it_does_not_offer_is_refused_with_those_it_does():
    with pytest.raises(AttributeError, match="no 'totals'; it offers load, total"):
        _ = analysis.totals


def test_importing_it_loads_nothing_heavy():
    code = "import sys, analysis; print([name for name in ('pandas', 'numpy', 'matplotlib') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_tables_are_shown_as_one_line_each(whole):
    lines = repr(whole).splitlines()
    assert len(lines) == len(whole.listed) and lines[1].split(maxsplit=2)[0] == "facts"
    assert lines[1].split(maxsplit=2)[1] == f"{len(whole.facts):,}"
    assert "<td>one number in the world, whoever printed it</td>" in whole._repr_html_()


def test_what_tables_are_shown_as_is_escaped(monkeypatch):
    from analysis import columns

    monkeypatch.setitem(columns.TABLES, "facts", ("processed", "fact_id", "<script>one</script>", "fact_id"))
    made = Tables(*[pd.DataFrame({"x": [1]})] * 11)
    assert "<script>" not in made._repr_html_()


def test_limits_take_the_project_s_tables_as_they_are_loaded(whole):
    found = analysis.limits(whole, round_id=ROUND, outcome="dismissed", explain=False)
    assert (found.lowest, found.highest) == (11, 11)


def test_a_rounds_own_tables_are_enough_without_assumptions():
    found = analysis.limits(analysis.load(ROUND), outcome="disciplined", explain=False)
    assert (found.lowest, found.highest) == (237, 237)


def test_an_assumption_about_facts_that_are_not_there_is_refused():
    with pytest.raises(ValueError, match=r"nothing that 'cleveland-in-round' is about: use those of the whole project"):
        analysis.limits(analysis.load(ROUND), assumptions=["cleveland-in-round"])


def test_rates_are_made_of_facts_and_workforce(whole):
    surrey = whole.facts[whole.facts["fact_id"] == "ps2019-commentator:L4"]
    found = analysis.rates(surrey, whole.workforce).iloc[0]
    assert found["rate"] == pytest.approx(50 / found["exposure"])
