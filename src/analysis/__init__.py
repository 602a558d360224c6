"""What police forces answered about staff who misused computers: tables, totals, limits, rates and charts."""

from importlib import import_module

_HOMES = {
    "load": "analysis.tables",
    "total": "analysis.measure.totals",
    "limits": "analysis.measure.bounds",
    "rates": "analysis.measure",
    "charts": "analysis.tell",
}
__all__ = list(_HOMES)


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(f"analysis has no {name!r}; it offers {', '.join(_HOMES)}")
    home = _HOMES[name]
    if name in ("rates", "charts"):
        return import_module(f"{home}.{name}")
    return getattr(import_module(home), name)


def __dir__():
    return sorted([*globals(), *_HOMES])
