"""What police forces answered about staff who misused computers: tables, measures, charts and sentences.

>>> import analysis
>>> data = analysis.load("parliament-street-2019")
>>> together = data.facts.query("place == 'all forces asked' and outcome in ['dismissed', 'resigned']")
>>> analysis.total(together, data)[["low", "high"]]
   low  high
0   17    17
"""

from importlib import import_module
from typing import Any

# Each name's home, imported when it is first asked for: `import analysis` alone loads nothing heavy.
_HOMES = {
    "load": "analysis.tables",
    "count": "analysis.measure.totals",
    "remainder": "analysis.measure.totals",
    "total": "analysis.measure.totals",
    "by_force": "analysis.measure.bounds",
    "clashes": "analysis.measure.bounds",
    "limits": "analysis.measure.bounds",
    "without_each": "analysis.measure.bounds",
    "rates": "analysis.measure.rates",
    "compare": "analysis.measure",
    "say": "analysis.tell.say",
    "show": "analysis.tell.say",
    "charts": "analysis.tell",
    "claims": "analysis.tell",
}
_MODULES = {"charts", "claims", "compare"}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"analysis has no {name!r}; it offers {', '.join(__all__)}")
    home = _HOMES[name]
    return import_module(f"{home}.{name}") if name in _MODULES else getattr(import_module(home), name)


def __dir__() -> list[str]:
    return __all__
