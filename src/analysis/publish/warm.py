"""Fork kernels from a process that has imported what notebooks use; a stock kernel wherever that is not safe."""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import psutil
from jupyter_client.provisioning import LocalProvisioner

# Imported and nothing more: a pool of threads, or a lock that is held, would be broken in every fork.
IMPORTS = (
    "ipykernel.kernelapp ipykernel.debugger IPython.core.completerlib IPython.core.debugger IPython.core.oinspect "
    "IPython.extensions.storemagic sqlite3 tornado.platform.asyncio pandas scipy.special scipy.optimize "
    "matplotlib.backends.backend_agg matplotlib.backends.backend_svg seaborn pandas.core.methods.to_dict "
    "pandas.io.formats.csvs PIL.BmpImagePlugin PIL.GifImagePlugin PIL.JpegImagePlugin PIL.PpmImagePlugin"
)
OWN = "analysis.tables analysis.measure.totals analysis.measure.bounds analysis.measure.rates analysis.tell.charts"
SERVE = "import sys; del sys.path[0]; from analysis.publish import warm; warm.serve()"
_template: subprocess.Popen | None = None
_one_at_a_time = threading.Lock()


class Forked(psutil.Process):
    """A kernel's process, which is not our child, with what jupyter_client expects of one."""

    stdin = stdout = stderr = None

    def poll(self) -> int | None:
        """Return None while the process lives, then 1."""
        with contextlib.suppress(psutil.NoSuchProcess):  # it may end between two questions
            if self.is_running() and self.status() != psutil.STATUS_ZOMBIE:
                return None
        return 1

    def send_signal(self, sig: int) -> None:
        """Send a signal to the process if it lives."""
        with contextlib.suppress(psutil.NoSuchProcess):
            super().send_signal(sig)


class WarmProvisioner(LocalProvisioner):
    """Start a kernel by forking the template; the stock way when there is none."""

    async def launch_kernel(self, cmd, **kwargs):
        """Start the kernel and return how to reach it."""
        words = cmd[cmd.index("ipykernel_launcher") + 1 :]
        try:
            self.process = Forked(_fork([words, kwargs["env"], kwargs["cwd"], kwargs["stdout"].name]))
        except (
            OSError,
            ValueError,
        ):  # there is no template, or it ended as it cannot import what a stock one will name
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.pgid = self.process.pid
        return self.connection_info


@contextlib.contextmanager
def template(env: dict[str, str]) -> Iterator[None]:
    """Hold a template for as long as a build runs notebooks, so that the next one's kernels see edited code.

    env: what kernels will get. Only on Linux: elsewhere a fork of a process with these libraries is not safe.
    """
    global _template
    if sys.platform != "linux":
        yield
        return
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    before = _template
    _template = subprocess.Popen([sys.executable, "-c", SERVE], env=env, cwd="/", text=True, **pipes)
    try:
        yield
    finally:
        ended, _template = _template, before
        end_below(ended.pid)
        ended.kill()
        ended.communicate()


def adopt() -> None:
    """Let this process be, on Linux, the parent of whatever outlives its own parent below it: nothing gets away."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER


def end_below(pid: int) -> None:
    """End whatever a process started, and what that started, sessions of their own included, until nothing lives."""
    for _ in range(50):  # what was forked while others were ended is found next time
        with contextlib.suppress(psutil.NoSuchProcess):
            found = psutil.Process(pid).children(recursive=True)
            living = [child for child in found if child.status() != psutil.STATUS_ZOMBIE]
            if not living:
                return
            for child in living:
                child.kill()


def _fork(request: list) -> int:
    """Let the template fork a kernel; return its process id."""
    with _one_at_a_time:
        if _template is None:
            raise OSError("there is no template")
        print(json.dumps(request), file=_template.stdin, flush=True)
        return int(_template.stdout.readline())


def serve() -> None:
    """Be the template: import, then fork a kernel for each line of stdin, until whoever asks is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asks
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the kernels
    adopt()
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: end with who asks, for as long as nobody listens
    for name in [*IMPORTS.split(), *OWN.split()]:
        importlib.import_module(name)
    ctypes.CDLL(None).prctl(1, 0)
    gc.freeze()  # what was imported stays: no fork copies it by looking through it for garbage
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            _become(*json.loads(line))
        print(pid, flush=True)
    end_below(os.getpid())


def _become(words: list[str], env: dict[str, str], folder: str, said: str) -> None:
    """Turn this fork into a kernel that differs from a stock one in nothing but its start."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: end with the template, which ends with the build
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    for number, file in enumerate([os.devnull, said, said]):
        os.dup2(os.open(file, os.O_RDWR | os.O_APPEND), number)
    import ipykernel_launcher
    import matplotlib
    import numpy
    from ipykernel import kernelapp

    sys.argv[:] = [ipykernel_launcher.__file__, *words, f"--IPKernelApp.parent_handle={os.getppid()}"]
    numpy.random.seed()  # noqa: NPY002 (the one a notebook would use was copied from the template)
    # ipykernel's choice is read only when matplotlib is imported; without it every chart vanishes silently
    matplotlib.rcParams["backend"] = "module://matplotlib_inline.backend_inline"
    kernelapp.launch_new_instance()
    os._exit(0)
