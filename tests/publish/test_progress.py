import io
import threading
import time
from contextlib import redirect_stderr, redirect_stdout

import pytest

from analysis.publish import progress


class Screen(io.StringIO):
    """A stderr that is a terminal."""

    def isatty(self):
        return True


def test_a_terminal_shows_how_long_work_lasts_from_the_second_second_on():
    with redirect_stderr(Screen()) as screen, progress.clock():
        assert screen.getvalue() == ""
        until = time.monotonic() + 30
        while "00:0" not in screen.getvalue() and time.monotonic() < until:
            time.sleep(0.05)
        assert "00:0" in screen.getvalue()
    assert screen.getvalue().endswith("\r")  # it is gone when the work is done


def test_a_clock_stops_when_the_work_fails():
    before = threading.active_count()
    with redirect_stderr(Screen()), pytest.raises(ValueError, match="broken"), progress.clock():
        raise ValueError("broken")
    assert threading.active_count() == before


def test_elsewhere_a_clock_shows_nothing_and_each_run_one_line(capsys):
    with progress.clock(), progress.bar(2) as say:
        say("[1/2] one")
    assert capsys.readouterr() == ("[1/2] one\n", "")


def test_a_terminal_shows_which_run_ended_last():
    with redirect_stderr(Screen()) as screen, redirect_stdout(io.StringIO()) as said, progress.bar(2) as say:
        say("[1/2] invented")
    assert "1/2" in screen.getvalue() and "invented" in screen.getvalue() and said.getvalue() == ""
