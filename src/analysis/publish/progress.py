"""What a person at a terminal sees of work that takes its time; elsewhere each run leaves one line, nothing else."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def bar(total: int) -> Iterator[Callable[[str], None]]:
    """Show a bar on a terminal, one line for each run elsewhere; yields what is told of each run that ended."""
    if not sys.stderr.isatty():
        yield lambda text: print(text, flush=True)
        return
    from tqdm import tqdm

    with tqdm(total=total, unit="run", desc="Notebooks", leave=False) as shown:

        def say(text: str) -> None:
            shown.update(1)
            shown.set_postfix_str(text.split("] ", 1)[-1])

        yield say


@contextmanager
def clock() -> Iterator[None]:
    """Show on a terminal, from the second second on, how long work lasts whose steps nobody can count beforehand."""
    if not sys.stderr.isatty():
        yield
        return
    from tqdm import tqdm

    done = threading.Event()
    with tqdm(bar_format="  {elapsed}", leave=False, delay=1) as shown:

        def tick() -> None:
            while not done.wait(1):
                shown.update(0)

        ticking = threading.Thread(target=tick, daemon=True)
        ticking.start()
        try:
            yield
        finally:
            done.set()
            ticking.join()
