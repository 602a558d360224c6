"""What pytest loads first: nbval forks its kernels as a build does, whichever notebooks it is asked for."""

import os

from analysis.publish import kernels  # noqa: F401  (it spares nbformat a second, if it comes before nbval)


def pytest_configure(config):
    """Choose the kernels of nbval."""
    if config.getoption("nbval", False) or config.getoption("nbval_lax", False):
        from analysis.publish import warm

        os.environ[warm.SWITCH] = warm.usual()
