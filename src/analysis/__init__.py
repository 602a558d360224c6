"""What police forces answered about staff who misused computers: tables, totals, limits, rates and charts.

>>> import analysis
>>> tables = analysis.load("parliament-street-2019")
>>> together = tables.facts[tables.facts["place"] == "all forces asked"]
>>> gone = together[together["outcome"].isin(["dismissed", "resigned"])]
>>> analysis.total(gone, tables.categories, tables.forces)
Total(low=17, high=17, fact_ids=('ps2019-itpro:L4', 'ps2019-itpro:L5'))
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.measure.bounds import limits
    from analysis.measure.rates import per_thousand as rates
    from analysis.measure.totals import total
    from analysis.tables import load
    from analysis.tell import charts

__all__ = ["charts", "limits", "load", "rates", "total"]
# Each name's home, imported when it is first asked for: `import analysis` alone loads nothing heavy.
_HOMES = {
    "load": ("analysis.tables", "load"),
    "total": ("analysis.measure.totals", "total"),
    "limits": ("analysis.measure.bounds", "limits"),
    "rates": ("analysis.measure.rates", "per_thousand"),
    "charts": ("analysis.tell", "charts"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"analysis has no {name!r}; it offers {', '.join(_HOMES)}")
    home, attribute = _HOMES[name]
    return import_module(f"{home}.charts") if name == "charts" else getattr(import_module(home), attribute)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
