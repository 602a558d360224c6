"""Fork kernels from a template that has imported what notebooks use; a stock kernel wherever that is not safe.

The standard library's forkserver is not used: it hands its forks the caller's environment, import path and main module.
"""

import atexit
import contextlib
import functools
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil
from jupyter_client.provisioning import LocalProvisioner

NAME, STOCK = "police-misuse-foi-warm", "local-provisioner"
SWITCH = "JUPYTER_DEFAULT_PROVISIONER_NAME"
# A variable that names libraries to import before the fork: those that the notebook starts with.
ASKED = "ANALYSIS_IMPORTS"
# Imported and nothing more: a pool of threads or a lock held would be broken in every fork. Of our own modules only
# what nearly every notebook uses, as a run is made again when one of those it had in memory changes.
IMPORTS = (
    "ipykernel.kernelapp ipykernel.debugger IPython.core.completerlib IPython.core.debugger IPython.core.oinspect "
    "IPython.extensions.storemagic sqlite3 tornado.platform.asyncio traitlets.config.argcomplete_config pandas "
    "scipy.special scipy.optimize rapidfuzz.process matplotlib.backends.backend_agg PIL.JpegImagePlugin "
    "analysis.publish.watch analysis.tell.pictures"
)
# What may differ from one kernel to the next; any other variable may have had its effect when the template started.
EACH = ("ANALYSIS_", "HOME", "IPYTHON", "JPY_", "JUPYTER_", "MPL", "PYTEST_", "USERPROFILE")
SERVE = "import sys; del sys.path[0]; from analysis.publish import warm; warm.serve({})"
# Set before the kernels of a stopped build are ended: what still starts then would outlive it.
stopped = threading.Event()
_running: dict[str, Any] = {}
_one_at_a_time = threading.Lock()


@functools.cache
def _installed() -> bool:
    return bool(metadata.entry_points(group="jupyter_client.kernel_provisioners", name=NAME))


def usual() -> str:
    """Return the provisioner to use unless told otherwise: this one on Linux, where the package is installed."""
    return os.environ.get(SWITCH) or (NAME if sys.platform == "linux" and _installed() else STOCK)


class Forked(psutil.Process):
    """A kernel's process, which is not our child, with what subprocess offers besides."""

    stdin = stdout = stderr = None

    def poll(self) -> int | None:
        """Return None while the process lives, then 1."""
        return None if self.is_running() else 1

    def send_signal(self, sig: int) -> None:
        """Send a signal to the process if it lives."""
        with contextlib.suppress(psutil.NoSuchProcess):
            super().send_signal(sig)


class WarmProvisioner(LocalProvisioner):
    """Start a Python kernel by forking the template, any other kernel in the stock way."""

    async def launch_kernel(self, cmd, **kwargs):
        """Start the kernel and return how to reach it."""
        if sys.platform != "linux" or "ipykernel_launcher" not in cmd:
            return await super().launch_kernel(cmd, **kwargs)
        at, folder = cmd.index("ipykernel_launcher"), kwargs.get("cwd") or str(Path.cwd())
        said = [getattr(kwargs.get(name), "name", os.devnull) for name in ("stdout", "stderr")]
        try:
            self.process = Forked(_fork(cmd[: at - 1], [cmd[at + 1 :], kwargs["env"], folder, said]))
        except (OSError, ValueError):  # the template ended, for it cannot import something: a stock kernel says what
            if stopped.is_set():
                raise
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.pgid = self.process.pid
        return self.connection_info

    async def kill(self, restart=False):
        """Kill the process and wait for its end, or the manager would look again only after a tenth of a second."""
        await super().kill(restart)
        with contextlib.suppress(psutil.TimeoutExpired):
            if isinstance(self.process, Forked):
                self.process.wait(1)


def _fork(python: list[str], request: list) -> int:
    """Let a template with this Python and environment fork a kernel; return its process id."""
    with _one_at_a_time:
        template = _template(python, request[1])
        print(json.dumps(request), file=template.stdin, flush=True)
        return int(template.stdout.readline())


def _template(python: list[str], env: dict[str, str]) -> Any:
    """Return the template for this Python and environment, started now unless it runs."""
    lasting = {name: value for name, value in env.items() if not name.startswith(EACH)}
    key = json.dumps([python, lasting], sort_keys=True)
    if key not in _running:
        _end()
        pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
        _running[key] = subprocess.Popen([*python, "-c", SERVE.format(os.getpid())], env=env, cwd="/", **pipes)
    return _running[key]


@atexit.register
def _end() -> None:
    while _running:
        template = _running.popitem()[1]
        template.kill()
        template.communicate()


@contextlib.contextmanager
def fresh(env: dict[str, str] | None = None) -> Iterator[None]:
    """End the template afterwards, so that the next build's kernels see edited code.

    env: what kernels will get; with it the template starts now, and imports while the caller does so as well.
    """
    stopped.clear()
    try:
        if env and usual() == NAME:
            _template([sys.executable], env)
        yield
    finally:
        _end()


def serve(owner: int) -> None:
    """Be the template: import, then fork a kernel for each line of stdin, until the process that asks is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    at_start = list(os.environ)
    for name in IMPORTS.split():
        if os.getppid() != owner:
            return
        importlib.import_module(name)
    for name in at_start:
        del os.environ[name]
    gc.freeze()  # what was imported stays: no fork looks through it for garbage, or copies it by looking
    for line in sys.stdin:
        request = json.loads(line)
        for name in request[1].get(ASKED, "").split():
            with contextlib.suppress(ImportError):  # the notebook will say so itself
                importlib.import_module(name)
        pid = os.fork()
        if not pid:
            _become(*request)
        print(pid, flush=True)


def _become(words: list[str], env: dict[str, str], folder: str, said: list[str]) -> None:
    """Turn this fork into a kernel that differs from a stock one in nothing but its start."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    threading.Thread(target=_end_after, args=(os.getppid(),), daemon=True).start()
    os.environ.update(env)
    os.chdir(folder)
    for number, file in enumerate([os.devnull, *said]):
        os.dup2(os.open(file, os.O_RDWR | os.O_APPEND), number)
    import ipykernel_launcher
    import matplotlib
    import numpy
    from ipykernel import kernelapp

    sys.argv[:] = [ipykernel_launcher.__file__, *words]
    numpy.random.seed()  # noqa: NPY002 (the one a notebook would use was copied from the template)
    # what ipykernel asks for is read only when matplotlib is imported; without it every chart vanishes silently
    matplotlib.rcParams["backend"] = env.get("MPLBACKEND") or "module://matplotlib_inline.backend_inline"
    kernelapp.launch_new_instance()
    os._exit(0)


def _end_after(template: int) -> None:
    """End the kernel, with what it started, once the template is gone: it goes when its owner does."""
    while os.getppid() == template:
        time.sleep(0.5)
    os.killpg(0, signal.SIGKILL)
