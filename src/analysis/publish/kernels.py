"""Kernels that see a project's tables and nothing else; on Linux forked from one that has imported everything."""

import asyncio
import contextlib
import ctypes
import gc
import importlib
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil

INHERITED = ("PATH", "SYSTEMROOT", "COMSPEC", "PATHEXT", "LD_LIBRARY_PATH")
FIXED = {"ANALYSIS_BUILD": "1", "LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "0", "PYTHONNOUSERSITE": "1"}
FIXED |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
HOMES = ("HOME", "USERPROFILE", "TMPDIR", "TEMP")
LOG = "said.txt"
LIMITS = {"stream": 100_000, "display_data": 20_000_000, "execute_result": 20_000_000}  # letters a notebook may show
# Imported and nothing more: a pool of threads, or a lock that is held, would be broken in every fork.
IMPORTS = (
    "ipykernel.kernelapp ipykernel.debugger IPython.core.completerlib IPython.core.debugger IPython.core.oinspect "
    "IPython.extensions.storemagic sqlite3 tornado.platform.asyncio pandas scipy.special scipy.optimize "
    "matplotlib.backends.backend_agg matplotlib.backends.backend_svg seaborn pandas.core.methods.to_dict "
    "pandas.io.formats.csvs PIL.BmpImagePlugin PIL.GifImagePlugin PIL.JpegImagePlugin PIL.PpmImagePlugin "
    "analysis.tables analysis.measure.totals analysis.measure.bounds analysis.measure.rates analysis.tell.charts"
)
TEMPLATE_CODE = "import sys; del sys.path[0]; from analysis.publish import kernels; kernels.serve()"
SET_PDEATHSIG = 1  # of Linux's prctl
_template: subprocess.Popen | None = None
_one_at_a_time = threading.Lock()


def lay_out(data: tuple[tuple[str, bytes], ...], place: Path) -> dict[str, str]:
    """Write what notebooks may read into a new folder of a place; return the environment of their kernels.

    data: pairs of a place in a project and bytes. The environment names that folder, a fixed locale, time zone and
    seeds, a home folder, and no other variable of ours. matplotlib's list of fonts lies where MPLCONFIGDIR says, and is
    made once, or each notebook waits for it, aloud.
    """
    folder = Path(tempfile.mkdtemp(prefix="notebooks-", dir=place)).resolve()
    (folder / "home").mkdir()
    for name, content in data:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    made = {name: os.environ[name] for name in INHERITED if name in os.environ} | FIXED
    made |= dict.fromkeys(HOMES, str(folder / "home")) | {"PYTHONPATH": str(Path(__file__).parents[2])}
    made |= {"ANALYSIS_PROJECT": str(folder), "ANALYSIS_TABLES": str(folder / "data" / "processed")}
    made["MPLCONFIGDIR"] = os.environ.get("MPLCONFIGDIR", made["HOME"])
    if not [*Path(made["MPLCONFIGDIR"]).glob("fontlist-*.json")]:
        subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], env=made, check=True)
    return made


def manager(folder: Path, env: dict[str, str]) -> type:
    """Return a kind of kernel manager that knows only the running Python, and whose kernel keeps to an empty folder.

    On Linux they talk through sockets that have a name and no file: they cannot clash as ports do, and none is left.
    """
    from jupyter_client import AsyncKernelManager
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.provisioning import LocalProvisioner

    own = {"kernel_spec_manager": KernelSpecManager(kernel_dirs=[]), "connection_file": str(folder / "kernel.json")}
    if sys.platform == "linux":
        own |= {"transport": "ipc", "ip": f"@{secrets.token_hex(8)}"}

    class Provisioner(LocalProvisioner):
        async def launch_kernel(self, cmd, **how):
            """Start the kernel by forking the template, the stock way where that fails; return how to reach it."""
            words = cmd[cmd.index("ipykernel_launcher") + 1 :]
            try:
                self.process = ForkedKernel(_fork([words, how["env"], how["cwd"], how["stdout"].name]))
            except (OSError, ValueError):  # no template, or it ended as it cannot import what a stock one will name
                return await super().launch_kernel(cmd, **how)
            self.pid = self.pgid = self.process.pid
            return self.connection_info

    class Manager(AsyncKernelManager):
        def __init__(self, **asked):
            super().__init__(**asked, **own)

        async def start_kernel(self, **asked):
            self.provisioner = Provisioner(kernel_id=LOG, kernel_spec=self.kernel_spec, parent=self)
            with (folder / LOG).open("wb") as said:
                where = {"env": env, "cwd": str(folder), "stdout": said, "stderr": said}
                await super()._async_start_kernel(**asked, **where)

        def client(self, **asked):
            """Return what talks to the kernel, and ends it when it shows too much."""
            talks = super().client(**asked)
            hear, left = talks.iopub_channel.get_msg, dict(LIMITS)

            async def limited(timeout=None):
                message = await hear(timeout)
                kind = message["msg_type"]
                left[kind] = left.get(kind, sys.maxsize) - len(str(message["content"]))
                if left[kind] < 0:
                    self.provisioner.process.kill()  # first, or what it still says hides why it ended
                    (folder / LOG).write_text(f"it showed more than {LIMITS[kind]:,} letters: show a part of it")
                    await self.shutdown_kernel(now=True)
                    await asyncio.Event().wait()  # until the cell ends, as its kernel has
                return message

            talks.iopub_channel.get_msg = limited
            return talks

    return Manager


class ForkedKernel(psutil.Process):
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


@contextlib.contextmanager
def template(env: dict[str, str]) -> Iterator[None]:
    """Hold a template for as long as a build runs notebooks, so that the next one's kernels see edited code.

    env: what kernels will get. Only on Linux: elsewhere a fork of a process with these libraries is not safe.
    """
    global _template
    if sys.platform != "linux" or _template:  # one is held already
        yield
        return
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    _template = subprocess.Popen([sys.executable, "-c", TEMPLATE_CODE], env=env, cwd="/", text=True, **pipes)
    try:
        yield
    finally:
        ended, _template = _template, None
        ended.kill()  # and with it its kernels
        ended.communicate()


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
    _end_with_parent(signal.SIGKILL)  # for as long as nobody listens
    for name in IMPORTS.split():
        importlib.import_module(name)
    _end_with_parent(0)
    gc.freeze()  # what was imported stays: no fork copies it by looking through it for garbage
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            _become_kernel(*json.loads(line))
        print(pid, flush=True)


def _end_with_parent(signal_then: int) -> None:
    ctypes.CDLL(None).prctl(SET_PDEATHSIG, signal_then)


def _become_kernel(words: list[str], env: dict[str, str], folder: str, said: str) -> None:
    """Turn this fork into a kernel that differs from a stock one in nothing but its start."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _end_with_parent(signal.SIGKILL)  # that is with the template, which ends with the build
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
