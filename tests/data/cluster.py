"""A Spark cluster of the tests' own (独立集群): a master and two workers, loopback alone.

The programs are those of the pyspark package; nothing else is installed.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil

EXECUTOR = "CoarseGrainedExecutorBackend"
HOST = "127.0.0.1"
MEMORY = "700m"  # of an executor: a core each, two workers
WAIT = 90  # seconds for the servers to stand
SETTINGS = {
    "spark.driver.host": HOST,
    "spark.driver.bindAddress": HOST,
    "spark.executor.memory": MEMORY,
    "spark.executor.cores": "1",
    "spark.cores.max": "2",
}


@dataclass(frozen=True)
class Cluster:
    """The running servers: their processes, where to connect, where the master tells its state."""

    processes: list[subprocess.Popen]
    port: int
    state_port: int

    @property
    def master(self) -> str:
        """The address for a session."""
        return f"spark://{HOST}:{self.port}"

    def state(self) -> dict[str, Any]:
        """What the master knows: workers, applications."""
        with urllib.request.urlopen(f"http://{HOST}:{self.state_port}/json/", timeout=5) as told:
            found: dict[str, Any] = json.load(told)
        return found

    def executors(self) -> dict[int, psutil.Process]:
        """Executors that run now, by process id."""
        below = [
            child
            for server in self.processes
            for child in psutil.Process(server.pid).children(recursive=True)
        ]
        return {child.pid: child for child in below if EXECUTOR in " ".join(_command(child))}


def _command(process: psutil.Process) -> list[str]:
    with contextlib.suppress(psutil.Error):
        return process.cmdline()
    return []


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])


def _started(home: Path, duty: str, *words: str) -> subprocess.Popen:
    """A server of the package, `Master` or `Worker`, with its log in a file."""
    spark = Path(str(find_spec("pyspark").origin)).parent
    environment = {
        **os.environ,
        "SPARK_HOME": str(spark),
        "SPARK_LOCAL_IP": HOST,
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_WORKER_DIR": str(home / "work"),
    }
    command = [str(spark / "bin" / "spark-class"), f"org.apache.spark.deploy.{duty.lower()}.{duty}"]
    with (home / f"{duty}.log").open("ab") as log:
        return subprocess.Popen(
            [*command, "--host", HOST, *words], env=environment, stdout=log, stderr=log
        )


def wait_for(ready: Callable[[], bool], what: str, seconds: float = WAIT) -> None:
    """Return when it is so; fail with its name when it is not so in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            if ready():
                return
        time.sleep(0.1)
    raise TimeoutError(f"{what}: not within {seconds:.0f} s")


@contextlib.contextmanager
def running(workers: int = 2) -> Iterator[Cluster]:
    """A new cluster, gone with its folder at the end."""
    home = Path(tempfile.mkdtemp(prefix="kit-spark-"))
    cluster = Cluster([], free_port(), free_port())
    ports = ("--port", str(cluster.port), "--webui-port", str(cluster.state_port))
    try:
        cluster.processes.append(_started(home, "Master", *ports))
        wait_for(lambda: cluster.state()["status"] == "ALIVE", "the master")
        limits = ("--cores", "1", "--memory", MEMORY, "--webui-port", "0")
        for _ in range(workers):
            cluster.processes.append(_started(home, "Worker", *limits, cluster.master))
        wait_for(lambda: cluster.state()["aliveworkers"] == workers, "the workers")
        yield cluster
    finally:
        _stop(cluster)
        shutil.rmtree(home, ignore_errors=True)


def _stop(cluster: Cluster) -> None:
    """End the servers, the last started first, and what they have started."""
    for server in reversed(cluster.processes):
        below = psutil.Process(server.pid).children(recursive=True)
        for process in (server, *below):
            with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
                process.kill()
        server.wait(10)
