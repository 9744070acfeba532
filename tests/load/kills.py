"""kill -9 of server, query process, zygote and writer at random moments under load: nothing published is lost."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.load.client import Measured, polite, seconds
from tests.load.generate import generate
from tests.serving import Served, serving

MOMENTS = int(seconds("KILLS", 20))
VICTIMS = ("server", "query process", "zygote", "writer")


def victims(server: int) -> dict[str, list[int]]:
    """Process ids by what they are."""
    found: dict[str, list[int]] = {name: [] for name in VICTIMS}
    found["server"] = [server]
    parents: dict[int, int] = {}
    lines: dict[int, bytes] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                lines[int(folder.name)] = (folder / "cmdline").read_bytes()
            except OSError:
                continue
    for pid, parent in parents.items():
        if parent == server:
            found["zygote" if b"kg.query.zygote" in lines[pid] else "writer"].append(pid)
        elif parents.get(parent) == server:
            found["query process"].append(pid)
    return found


class Changing(threading.Thread):
    """Inserts one graph after the other; ``told`` holds those that the server said it has."""

    def __init__(self, served: Served, first: int) -> None:
        super().__init__(daemon=True)
        self.served, self.number, self.told, self.stopped = served, first, set[int](), False

    def run(self) -> None:
        """Until it is stopped."""
        while not self.stopped:
            self.number += 1
            try:
                status, _, _ = self.served.update(f"INSERT DATA {{ GRAPH <urn:g:{self.number}> {{ <urn:s> <urn:p> {self.number} }} }}")
            except (OSError, http.client.HTTPException):
                continue
            if status in {200, 204}:
                self.told.add(self.number)


def stored(served: Served) -> set[int]:
    """Numbers of the graphs that the endpoint shows."""
    status, _, body = served.query("SELECT ?n { GRAPH ?g { <urn:s> <urn:p> ?n } }", format="json")
    assert status == 200, body
    return {int(row["n"]["value"]) for row in json.loads(body)["results"]["bindings"]}


def main() -> int:
    """One kill a round; after each all that was told to be stored is asked for."""
    dice = random.Random(int(seconds("SEED", 1)))
    told: set[int] = set()
    lost = wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        generate(data, 50_000)
        for moment in range(MOMENTS):
            victim = VICTIMS[moment % len(VICTIMS)]
            with serving(data, Path(folder) / "log") as served:
                changing = Changing(served, moment * 1_000_000)
                changing.start()
                measured = Measured()
                length = dice.uniform(1.0, 4.0)

                async def crowd(served: Served = served, measured: Measured = measured, length: float = length) -> None:
                    end = time.monotonic() + length + 1
                    await asyncio.gather(*(polite(served.port, end, measured, n, 0.02) for n in range(4)))

                load = threading.Thread(target=lambda crowd=crowd: asyncio.run(crowd()), daemon=True)
                load.start()
                time.sleep(length)
                pids = victims(served.process.pid)[victim]
                for pid in pids[:1]:
                    os.kill(pid, signal.SIGKILL)
                load.join()
                time.sleep(1)
                changing.stopped = True
                changing.join(timeout=30)
                told |= changing.told
                if victim != "server":
                    others = {s: n for s, n in measured.statuses.items() if s != 200}
                    wrong += bool(measured.errors or set(others) - {503})
                    print(f"{moment + 1}: {victim} {pids[:1]} after {length:.1f} s: polite clients {measured}", flush=True)
                    missing = told - stored(served)
                    lost += len(missing)
                    print(f"   {len(told)} changes told, {len(missing)} missing while it runs")
            with serving(data, Path(folder) / "log") as served:
                missing = told - stored(served)
                lost += len(missing)
                print(f"{moment + 1}: {victim} killed; after a new start {len(told)} changes told, {len(missing)} missing", flush=True)
    print(f"{lost} lost, {wrong} rounds with errors that were not typed")
    return 1 if lost or wrong or not told else 0


if __name__ == "__main__":
    sys.exit(main())
