"""An Apache Spark of one's own: a master, two workers and Spark Connect, started for tests and stopped."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_REQUIRED = "AUDITLIB_REQUIRE_SPARK"
_HOME = "AUDITLIB_SPARK_HOME"
_INSTALLED = Path(__file__).parents[1] / ".venv" / "spark"
_MOST_SECONDS = 120
# A few rows are judged faster without optimised bytecode than it takes to compile it.
_QUICK_JVM = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData"
_QUERIES_OF_FEW_ROWS = {
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    # Planning costs more than running: no conditions are derived from others, no job lists small folders.
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "1000",
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.executor.memory": "600m",
    "spark.executor.cores": "1",
    "spark.cores.max": "2",
    "spark.deploy.maxExecutorRetries": "-1",
    "spark.driver.extraJavaOptions": _QUICK_JVM,
    "spark.executor.extraJavaOptions": _QUICK_JVM,
}


class SparkMissingError(Exception):
    """There is no Spark to start."""


def is_required() -> bool:
    """Return True where a missing Spark is a failure."""
    return os.environ.get(_REQUIRED) == "1"


class Cluster:
    """A running Spark of two workers with one core each."""

    def __init__(self, home: Path, folder: Path) -> None:
        self._home = home
        self._folder = folder
        self._ports = _free_ports(2)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._logs: dict[str, Path] = {}

    @property
    def url(self) -> str:
        """Address of Spark Connect."""
        return f"sc://127.0.0.1:{self._ports[1]}"

    def start(self) -> None:
        """Start all of it, and wait until Spark Connect listens."""
        self._run(
            *("master", "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1"),
            *("--port", str(self._ports[0]), "--webui-port", "0"),
        )
        self._await("master", "I have been elected leader")
        self.start_worker("worker-1")
        self.start_worker("worker-2")
        settings = {**_QUERIES_OF_FEW_ROWS, "spark.connect.grpc.binding.port": str(self._ports[1])}
        self._run(
            *("connect", "org.apache.spark.deploy.SparkSubmit"),
            *("--class", "org.apache.spark.sql.connect.service.SparkConnectServer"),
            *("--master", f"spark://127.0.0.1:{self._ports[0]}"),
            *(word for name, value in settings.items() for word in ("--conf", f"{name}={value}")),
            "spark-internal",
        )
        self._await("connect", "Spark Connect server started")

    def start_worker(self, name: str) -> None:
        """Start a worker, and wait until the master has it."""
        self._run(
            *(name, "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1"),
            *("--cores", "1", "--memory", "1g", "--webui-port", "0"),
            *("--work-dir", str(self._folder / name), f"spark://127.0.0.1:{self._ports[0]}"),
        )
        self._await(name, "Successfully registered with master")

    def kill_worker(self, name: str) -> None:
        """Kill a worker and the executor that it runs, as a machine that fails would."""
        process = self._processes.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def executor_count(self) -> int:
        """Return how many executors the workers have started so far."""
        log = self._logs["connect"].read_text(errors="replace")
        return len(re.findall(r"Granted executor ID", log))

    def stop(self) -> None:
        """Kill whatever still runs."""
        for name in list(self._processes):
            self.kill_worker(name)

    def _run(self, name: str, *words: str) -> None:
        self._logs[name] = self._folder / f"{name}.log"
        environment = {
            **os.environ,
            "SPARK_HOME": str(self._home),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOCAL_DIRS": str(self._folder / "local"),
            # The process that plans the queries is started as such a daemon too.
            "SPARK_DAEMON_MEMORY": "1500m" if name == "connect" else "200m",
            "SPARK_DAEMON_JAVA_OPTS": _QUICK_JVM,
            # Functions of auditlib run in an environment that has it.
            "PYSPARK_PYTHON": sys.executable,
        }
        with self._logs[name].open("wb") as log:
            self._processes[name] = subprocess.Popen(
                [str(self._home / "bin" / "spark-class"), *words],
                env=environment,
                cwd=self._folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A group of its own: a worker is killed with its executors.
                start_new_session=True,
            )

    def _await(self, name: str, line: str) -> None:
        give_up_at = time.monotonic() + _MOST_SECONDS
        while line not in self._logs[name].read_text(errors="replace"):
            if self._processes[name].poll() is not None or time.monotonic() > give_up_at:
                message = f"{name} did not start:\n{self._logs[name].read_text(errors='replace')[-2000:]}"
                raise RuntimeError(message)
            time.sleep(0.1)


@contextmanager
def running_cluster(folder: Path) -> Iterator[Cluster]:
    """Start a cluster that writes its logs into a folder, and kill it afterwards.

    Raises
    ------
    SparkMissingError
        If Spark or Java is not installed.
    """
    cluster = Cluster(_home(), folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def _home() -> Path:
    if shutil.which("java") is None:
        message = "Java is not installed"
        raise SparkMissingError(message)
    named = os.environ.get(_HOME)
    homes = [Path(named)] if named else sorted(_INSTALLED.glob("lib/python*/site-packages/pyspark"))
    if not homes or not (homes[0] / "jars").is_dir():
        message = "Apache Spark is not installed: run .ci/spark"
        raise SparkMissingError(message)
    return homes[0]


def _free_ports(count: int) -> list[int]:
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in held]
    finally:
        for one in held:
            one.close()
