"""A stack to hurt: on the real clock, with crash points that a file steers and a Temporal that can be held down."""

import itertools
import json
import os
import signal
import socket
import sqlite3
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
from typer.testing import CliRunner

from launch.cli import app
from tests.effects.stack_process import ANY_PORTS, StackProcess, wait_for
from tests.journeys.fault_run import HOLD

CARRIER_KEY = "KEY-of-the-simulated-carrier"
QUICK = [{"after": "0m", "do": "acknowledge"}, {"after": "0m", "do": "confirm", "date": "+15bd"}]
PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PATIENCE = 300.0


def free_ports() -> dict[str, str]:
    """Ports that stay the same when the stack is started again, as an operator's do."""
    sockets = {name: socket.create_server(("127.0.0.1", 0)) for name in ANY_PORTS}
    ports = {name: str(taken.getsockname()[1]) for name, taken in sockets.items()}
    for taken in sockets.values():
        taken.close()
    return ports


class FaultStack:
    """The stack, its partner, and everything that can be asked of it from outside."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.var = folder / "var"
        self._ports = free_ports()
        self._crash, self._hold = folder / "crash", folder / "hold"
        self._crash.write_text("")
        self._numbers = itertools.count(12_000)
        self.lives: list[StackProcess] = []
        self.start()
        self._key = self._a_partners_key()
        self.opened: dict[str, str] = {}  # case ids by reference: what was acknowledged

    def start(self) -> None:
        environment = {
            **self._ports, "PORTDESK_CRASH": f"@{self._crash}", HOLD: str(self._hold),
            "PORTDESK_TEMPORARY_NUMBER_RETRY_MINUTES": "1",
        }  # fmt: skip
        self.lives.append(StackProcess(self.var, ["-m", "tests.journeys.fault_run"], environment))
        self.process.until_it_says("Portdesk is ready", patience=PATIENCE)

    @property
    def process(self) -> StackProcess:
        return self.lives[-1]

    def _a_partners_key(self) -> str:
        def said(*words: str) -> str:
            result = CliRunner(env={"PORTDESK_VAR": str(self.var)}).invoke(app, list(words), catch_exceptions=False)
            assert result.exit_code == 0, result.output
            return result.stdout

        said("partner", "add", "acme", "--name", "Acme Telecom", "--email", "ops@acme.example")
        return str(json.loads(said("key", "add", "--partner", "acme", "--json"))[0]["key"])

    # What is done to it.

    def crash(self, points: str) -> None:
        """From now on processes die at these points; empty ends it."""
        fresh = self._crash.with_suffix(".new")
        fresh.write_text(points)
        fresh.replace(self._crash)

    def killed_at(self, point: str) -> int:
        logs = [self.var / "logs" / f"{name}.log" for name in ("api", "worker")]
        return sum(log.read_text().count(f"killed at the crash point {point}\n") for log in logs)

    def die_at(self, point: str) -> None:
        """One death at this point, by whoever comes to it first."""
        before = self.killed_at(point)
        self.crash(point)
        wait_for(lambda: self.killed_at(point) > before, f"a death at {point}", PATIENCE)
        self.crash("")

    def send(self, part: str, number: signal.Signals = signal.SIGKILL) -> None:
        os.kill(wait_for(lambda: self.process.parts().get(part), f"{part} to run"), number)

    def kill_and_wait(self, part: str) -> None:
        back = f"{part:<10} is back"
        times = self.process.console.count(back)
        self.send(part)
        wait_for(lambda: self.process.console.count(back) > times, f"{part} to be back", PATIENCE)

    def hold_temporal_down(self) -> None:
        self._hold.touch()
        self.send("temporal")

    def let_temporal_up(self) -> None:
        self._hold.unlink()

    def kill_everything(self) -> None:
        for pid in (self.process.process.pid, *self.process.parts().values()):
            os.kill(pid, signal.SIGKILL)
        self.process.process.wait(10)
        wait_for(lambda: not self.process.remains(), "the end of all processes")

    # What partners do with it.

    def port(self, name: str) -> str:
        return f"http://127.0.0.1:{self._ports[f'PORTDESK_{name}_PORT']}"

    def client(self) -> httpx2.Client:
        headers = {"Authorization": f"Bearer {self._key}"}
        return httpx2.Client(base_url=self.port("API"), headers=headers, timeout=30)

    def get(self, path: str) -> Any:
        return self._persist("GET", path).json()

    def post(self, path: str, **said: Any) -> httpx2.Response:
        """The first answer to the call, sent again as often as the connection breaks."""
        return self._persist("POST", path, **said)

    def _persist(self, method: str, path: str, **said: Any) -> httpx2.Response:
        with self.client() as api:
            return wait_for(lambda: self._try(api, method, path, **said), f"{method} {path}", PATIENCE)

    def _try(self, api: httpx2.Client, method: str, path: str, **said: Any) -> httpx2.Response | None:
        try:
            answer = api.request(method, path, **said)
        except httpx2.TransportError:
            return None
        assert answer.status_code < 500 or answer.status_code == 503, answer.text
        return None if answer.status_code == 409 and "in_progress" in answer.text else answer

    def told(self, path: str, body: Mapping[str, Any], key: str) -> httpx2.Response:
        """A change, sent with one key until the case takes it: 503 means later."""

        def answer() -> httpx2.Response | None:
            found = self.post(path, json=body, headers={"Idempotency-Key": key})
            assert found.status_code != 503 or found.headers["Retry-After"]
            return None if found.status_code == 503 else found

        return wait_for(answer, f"{path} to be taken", PATIENCE)

    def number(self) -> str:
        return f"+49891{next(self._numbers):06}"

    def open(self, count: int = 1, steps: Any = QUICK, **body: Any) -> list[str]:
        """Complete orders of partners that insist, four at once; the cases' ids."""
        numbers = [self.number() for _ in range(count)]
        with ThreadPoolExecutor(4) as partners:
            return list(partners.map(lambda number: self._open(number, steps, body), numbers))

    def _open(self, number: str, steps: Any, body: Mapping[str, Any]) -> str:
        self.script(number, steps)
        file = {"file": ("loa.pdf", PAPER, "application/pdf")}
        paper = self.post("/v1/documents", files=file, data={"kind": "loa"}).json()["id"]
        answer = self.post("/v1/porting-cases", json={**an_order(number), "documents": [paper], **body})
        assert answer.status_code in (200, 201), answer.text
        self.opened[f"order {number}"] = answer.json()["id"]
        return str(answer.json()["id"])

    def script(self, number: str, steps: Any) -> None:
        address = f"{self.port('CARRIER')}/_sim/scripts/{number}"
        self.carrier("PUT", address, json={"steps": steps})

    def carrier(self, method: str, address: str, **said: Any) -> Any:
        headers = {"Authorization": f"Bearer {CARRIER_KEY}"}
        return httpx2.request(method, address, headers=headers, timeout=30, **said).raise_for_status().json()

    def case(self, case_id: str) -> Any:
        return self.get(f"/v1/porting-cases/{case_id}")

    def kinds(self, case_id: str) -> list[str]:
        events = self.get(f"/v1/porting-cases/{case_id}/timeline?limit=200")["items"]
        return [event["kind"] for event in events]

    def until(self, status: str, case_ids: list[str], patience: float = PATIENCE) -> None:
        wait_for(lambda: all(self.case(one)["status"] == status for one in case_ids), f"all to be {status}", patience)

    # What is written down.

    def rows(self, query: str, *values: Any, file: str = "portdesk.db") -> list[sqlite3.Row]:
        connection = sqlite3.connect(f"file:{self.var / file}?mode=ro", uri=True, timeout=15)
        connection.row_factory = sqlite3.Row
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def orders(self) -> dict[str, dict[str, int]]:
        """What the carrier holds and received, by the reference of our order; papers have references too."""
        received = self.carrier("GET", f"{self.port('CARRIER')}/_sim/orders")["references"]
        return {reference: counts for reference, counts in received.items() if reference.startswith("PC-")}


def an_order(number: str) -> dict[str, Any]:
    return {
        "reference": f"order {number}",
        "order_type": "FULL_PORTING",
        "numbers": [number],
        "end_customer": {
            "name": "Muster GmbH",
            "contact_name": "Maria Muster",
            "email": "maria@muster.example",
            "address": {
                "street": "Sonnenstraße", "house_number": "12", "postal_code": "80331", "city": "München",
                "region": "BY", "country": "DE",
            },
        },
        "losing_carrier": {"name": "Deutsche Telekom", "account_number": "5512345678"},
    }  # fmt: skip
