"""A story's way to the sandbox: the same HTTP calls that a partner's own program would make."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx2

KEYS = {"partner": "partner_key", "other_partner": "other_partner_key", "care": "care_key"}
TIMEOUT_SECONDS = 60.0
# Weeks can pass in one call, and on a busy machine that takes its time.
ADVANCE_SECONDS = 600.0
PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


class Answer:
    """Status and body of an answer; a body that is no JSON counts as none."""

    def __init__(self, response: httpx2.Response) -> None:
        self.status = response.status_code
        try:
            self.body: Any = response.json()
        except ValueError:
            self.body = None


class Calls:
    """`sandbox` is what var/sandbox.json holds."""

    def __init__(self, sandbox: Mapping[str, Any]) -> None:
        self._client = httpx2.AsyncClient(base_url=str(sandbox["base_url"]), timeout=TIMEOUT_SECONDS)
        self._keys = {who: str(sandbox[key]) for who, key in KEYS.items()}
        self.desk_url = str(sandbox["desk_url"])

    async def close(self) -> None:
        await self._client.aclose()

    async def get(self, path: str, who: str = "partner") -> Answer:
        return Answer(await self._client.get(path, headers=self._as(who)))

    async def post(self, path: str, body: Any, who: str = "partner") -> Answer:
        return Answer(await self._client.post(path, json=body, headers=self._as(who)))

    async def upload(self, path: str, kind: str, who: str = "partner") -> Answer:
        file = {"file": (f"{kind}.pdf", PAPER, "application/pdf")}
        return Answer(await self._client.post(path, files=file, data={"kind": kind}, headers=self._as(who)))

    async def put_script(self, number: str, steps: Any) -> Answer:
        path = f"/sandbox/carrier/scripts/{number}"
        return Answer(await self._client.put(path, json={"steps": steps}, headers=self._as("partner")))

    async def now(self) -> datetime:
        """The sandbox's clock."""
        return datetime.fromisoformat((await self.get("/sandbox/clock")).body["now"])

    async def let_pass(self, until: datetime | None) -> datetime:
        """Everything due until then has happened when this answers the sandbox's now; without an instant, only what
        is on its way arrives."""
        body = {"to": until.isoformat()} if until else {"seconds": 0}
        response = await self._client.post(
            "/sandbox/clock/advance", json=body, headers=self._as("partner"), timeout=ADVANCE_SECONDS
        )
        response.raise_for_status()
        return datetime.fromisoformat(response.json()["now"])

    async def everything(self, path: str, who: str = "partner") -> list[Any]:
        """All items of a list, page after page."""
        items, cursor = [], ""
        while True:
            mark = "&" if "?" in path else "?"
            page = (await self.get(f"{path}{mark}limit=200{cursor}", who)).body
            items += page["items"]
            if not page["next_cursor"]:
                return items
            cursor = f"&cursor={page['next_cursor']}"

    def _as(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._keys[who]}"}
