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
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from jupyter_client.provisioning import LocalProvisioner

NAME, STOCK = "police-misuse-foi-warm", "local-provisioner"
SWITCH = "JUPYTER_DEFAULT_PROVISIONER_NAME"
# A variable that names libraries to import before the fork: those that the notebook starts with.
ASKED = "ANALYSIS_IMPORTS"
# Imported and nothing more: a pool of threads or an open socket would be broken in every fork. Of our own modules only
# what nearly every notebook uses, as a run is made again when one of those it had in memory changes.
IMPORTS = (
    "ipykernel.kernelapp ipykernel.debugger IPython.core.completerlib IPython.extensions.storemagic pandas "
    "matplotlib.backends.backend_agg PIL.JpegImagePlugin analysis.publish.watch analysis.tell.pictures"
)
# What may differ from one kernel to the next; any other variable may have had its effect when the template started.
EACH = ("ANALYSIS_", "HOME", "IPYTHON", "JPY_", "JUPYTER_", "MPL", "PYTEST_", "USERPROFILE")
_running: dict[str, "Template"] = {}
_one_at_a_time = threading.RLock()


@functools.cache
def _installed() -> bool:
    return bool(metadata.entry_points(group="jupyter_client.kernel_provisioners", name=NAME))


def usual() -> str:
    """Return the provisioner to use unless told otherwise: this one on Linux, where the package is installed."""
    return os.environ.get(SWITCH) or (NAME if sys.platform == "linux" and _installed() else STOCK)


class Template:
    """A process that has imported everything and forks a kernel for each request; it ends with its owner."""

    def __init__(self, python: list[str], env: dict[str, str]):
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            serve = f"import sys; del sys.path[0]; from analysis.publish import warm; warm.serve({theirs.fileno()})"
            quiet: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            words = [*python, "-c", serve]
            self._process = subprocess.Popen(words, env=env, cwd="/", pass_fds=[theirs.fileno()], **quiet)

    def fork(self, request: list) -> "Forked":
        """Fork one kernel. Raises OSError when the template has ended."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self._ours, [json.dumps(request).encode()], [theirs.fileno()])
            return Forked(int(self._ours.recv(64)), ours)
        except (OSError, ValueError) as error:
            ours.close()
            raise ConnectionResetError("the template of the kernels has ended") from error

    def end(self) -> None:
        """End the template; a kernel that still runs ends with this process."""
        self._ours.close()
        self._process.kill()
        self._process.wait()


class Forked:
    """A kernel's process, which is not our child, under the names that subprocess gives to such things."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, life: socket.socket):
        self.pid, self._life = pid, life

    def wait(self, seconds: float | None = None) -> int | None:
        """Wait for the process, which alone holds the other end of its socket; return None while it lives, then 1."""
        if self._life.fileno() >= 0:
            if not select.select([self._life], [], [], seconds)[0]:
                return None
            self._life.close()
        return 1

    def poll(self) -> int | None:
        """Return None while the process lives, then 1."""
        return self.wait(0)

    def send_signal(self, number: int) -> None:
        """Send a signal to the process while it lives."""
        if self.poll() is None:
            os.kill(self.pid, number)


class WarmProvisioner(LocalProvisioner):
    """Start a Python kernel by forking the template, any other kernel in the stock way."""

    async def launch_kernel(self, cmd, **kwargs):
        """Start the kernel and return how to reach it."""
        if sys.platform != "linux" or "ipykernel_launcher" not in cmd:
            return await super().launch_kernel(cmd, **kwargs)
        at, folder = cmd.index("ipykernel_launcher"), kwargs.get("cwd") or str(Path.cwd())
        said = [getattr(kwargs.get(name), "name", None) for name in ("stdout", "stderr")]
        try:
            forked = _fork(cmd[: at - 1], [cmd[at + 1 :], kwargs["env"], folder, said])
        except OSError:  # the template could not import something: a stock kernel says what
            return await super().launch_kernel(cmd, **kwargs)
        self.process = forked  # type: ignore[assignment]  # a fork answers as a Popen does
        self.pid = self.pgid = forked.pid
        return self.connection_info

    async def wait(self):
        """Wait for the end of a process that was killed, mostly without the tenth of a second of the stock way."""
        if isinstance(self.process, Forked):
            self.process.wait(0.05)
        return await super().wait()


def _fork(python: list[str], request: list) -> Forked:
    lasting = {name: value for name, value in request[1].items() if not name.startswith(EACH)}
    key = json.dumps([python, lasting], sort_keys=True)
    with _one_at_a_time:
        if key not in _running:
            _end()
            _running[key] = Template(python, request[1])
        return _running[key].fork(request)


@atexit.register
def _end() -> None:
    while _running:
        _running.popitem()[1].end()


@contextlib.contextmanager
def fresh() -> Iterator[None]:
    """End the template afterwards, so that the next build's kernels see edited code."""
    try:
        yield
    finally:
        _end()


def serve(number: int) -> None:
    """Be the template: import, then fork a kernel for each request, until the owner of the socket is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    at_start = list(os.environ)
    with socket.socket(fileno=number) as owner:
        for name in IMPORTS.split():
            importlib.import_module(name)
            if select.select([owner], [], [], 0)[0] and not owner.recv(1, socket.MSG_PEEK):
                return
        for name in at_start:
            del os.environ[name]
        gc.freeze()  # what was imported stays: no fork looks through it for garbage, or copies it by looking
        while True:
            asked, lives, _, _ = socket.recv_fds(owner, 1 << 20, 1)
            if not asked:
                return
            request = json.loads(asked)
            for name in request[1].get(ASKED, "").split():
                with contextlib.suppress(ImportError):  # the notebook will say so itself
                    importlib.import_module(name)
            pid = os.fork()
            if not pid:
                owner.close()
                words, env, folder, said = request
                _become(words, env, folder, said, socket.socket(fileno=lives[0]))
            os.close(lives[0])
            owner.send(str(pid).encode())


def _become(words: list[str], env: dict[str, str], folder: str, said: list, life: socket.socket) -> None:
    """Turn this fork into a kernel that differs from a stock one in nothing but its start."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    threading.Thread(target=_end_with_owner, args=(life,), daemon=True).start()
    os.environ.update(env)
    os.chdir(folder)
    for number, file in enumerate(said, 1):
        if file:
            os.dup2(os.open(file, os.O_WRONLY | os.O_APPEND), number)
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


def _end_with_owner(life: socket.socket) -> None:
    life.recv(1)
    os.killpg(0, signal.SIGKILL)
