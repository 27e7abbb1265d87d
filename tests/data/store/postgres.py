"""A PostgreSQL server of the tests' own: Debian's programs, one folder, loopback alone."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

PASSWORD = "geheim/@:ß&='\" 口令"  # every character that an address has to escape
ACCOUNT = "leserin"


def programs() -> Path | None:
    """The folder of `initdb` and `pg_ctl`; None where they are not installed."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = str(homes[-1]) if homes else shutil.which("initdb")
    return Path(found).parent if found else None


@dataclass(frozen=True)
class Server:
    """A running server, its folder and port."""

    home: Path
    port: int

    def url(self, *, user: str = "owner", password: str = PASSWORD, port: int = 0) -> str:
        """The address as a company would put it into its environment."""
        return (
            f"postgresql://{user}:{quote(password, safe='')}@127.0.0.1:{port or self.port}/postgres"
        )

    def sql(self, text: str) -> str:
        """Statements of the owner, by psql."""
        command = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1"]
        command += ["-p", str(self.port), "-U", "owner", "-d", "postgres", "-c", text]
        done = subprocess.run(
            command,
            env={**os.environ, "PGPASSWORD": PASSWORD},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def control(self, *words: str) -> None:
        """`pg_ctl` on its folder, as the account that owns it."""
        options = f"-p {self.port} -k {self.home} -c listen_addresses=127.0.0.1 -c fsync=off"
        _run("pg_ctl", "-D", f"{self.home}/data", "-o", options, "-l", f"{self.home}/log", *words)


def _run(program: str, *words: str) -> None:
    command = [str((programs() or Path()) / program), *words]
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        command = ["runuser", "-u", "postgres", "--", *command]
    subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, timeout=120)


@contextlib.contextmanager
def running() -> Iterator[Server]:
    """A new server, gone with its folder at the end."""
    home = Path(tempfile.mkdtemp(prefix="kit-pg-"))
    secret = home / "word"
    secret.write_text(PASSWORD, encoding="utf-8")
    if os.geteuid() == 0:
        for path in (home, secret):
            shutil.chown(path, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = Server(home, free.getsockname()[1])
    try:
        _run(
            *("initdb", "-D", f"{home}/data", "-A", "scram-sha-256", f"--pwfile={secret}"),
            *("-U", "owner", "-E", "UTF8", "--locale=C", "--no-sync"),
        )
        server.control("-w", "start")
        yield server
        server.control("-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)
