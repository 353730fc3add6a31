"""What every process of ours stands on: clock, database, calendars, carriers, and the road to Temporal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from types import MappingProxyType

from temporalio.runtime import Runtime
from temporalio.service import TLSConfig

from activities.carrier_health import CarrierHealth, watched
from activities.carrier_journal import StoredInlet, StoredJournal
from activities.letters import Letterhead, Letters
from activities.news import NewsReader
from activities.records import RecordActivities
from activities.task_book import TaskTable
from carriers.contract import PortCarrier
from carriers.directory import CARRIERS, Surroundings
from geography.calendars import Calendars
from geography.places import place_of
from launch.clock import clock, steered
from launch.settings import Settings
from notifications.envelope import Sender
from porting.numbers import NumberRange
from sandbox.cases import SteeredCases
from storage.database import Database
from workflows.client import PortingCases
from workflows.connection import Access, Connection

Now = Callable[[], datetime]


@dataclass(frozen=True)
class Foundation:
    """Built once a process, handed down to whatever is assembled on it."""

    settings: Settings
    now: Now
    database: Database
    calendars: Calendars
    carriers: Mapping[str, PortCarrier]
    # Among how many worker processes each carrier's limit is shared out, as far as this one knows.
    shares: dict[str, int]
    connection: Connection
    records: RecordActivities
    reader: NewsReader

    @property
    def base_url(self) -> str:
        return public_url(self.settings)

    async def close(self) -> None:
        for carrier in self.carriers.values():
            await carrier.close()
        await self.database.close()


def found(settings: Settings, runtime: Runtime | None = None) -> Foundation:
    """Nothing here connects yet: each part does when it is first used."""
    now = clock(settings)
    database, calendars = Database(settings.database), Calendars(now)
    shares: dict[str, int] = {}
    carriers = _carriers(settings, database, now, shares)
    return Foundation(
        settings=settings,
        now=now,
        database=database,
        calendars=calendars,
        carriers=carriers,
        shares=shares,
        connection=Connection(_access(settings, runtime)),
        records=RecordActivities(database, Letters(_letterhead(settings))),
        reader=NewsReader(database, carriers, calendars, now),
    )


def public_url(settings: Settings) -> str:
    return settings.public_url or f"http://{settings.api_host}:{settings.api_port}"


def porting_cases(foundation: Foundation) -> PortingCases:
    """The running cases; in a sandbox those whose clocks are steered."""
    if foundation.settings.sandbox:
        return SteeredCases(foundation.connection.client, steered(foundation.settings))
    return PortingCases(foundation.connection.client)


def _carriers(
    settings: Settings, database: Database, now: Now, shares: Mapping[str, int]
) -> Mapping[str, PortCarrier]:
    """Those that port some numbers, and those that have settings: their orders can still be open."""
    health = CarrierHealth(database, now)
    return {
        name: watched(row.build(surroundings(settings, name, database, now, shares)), health)
        for name, row in CARRIERS.items()
        if name in settings.carriers.values() or any(settings.of_carrier(name).values())
    }


def _kind_of(number: str) -> tuple[str, str]:
    place = place_of(NumberRange.parse(number))
    return place.country, place.number_type


def surroundings(
    settings: Settings, name: str, database: Database, now: Now, shares: Mapping[str, int] = MappingProxyType({})
) -> Surroundings:
    """What the adapter and the stream of a carrier are built from."""
    return Surroundings(
        settings=settings.of_carrier(name),
        public_url=public_url(settings),
        zone_of=lambda number: place_of(NumberRange.parse(number)).time_zone,
        kind_of=_kind_of,
        now=now,
        cutover_hour=settings.policy.cutover_hour,
        journal=StoredJournal(database, name, now),
        inlet=StoredInlet(database, name, now),
        tasks=TaskTable(database, Calendars(now), now),
        # Until the first count there are as many as this machine is to have.
        sharers=lambda: shares.get(name, settings.worker_processes),
    )


def _access(settings: Settings, runtime: Runtime | None) -> Access:
    def content(path: object) -> bytes | None:
        return path.read_bytes() if hasattr(path, "read_bytes") else None

    tls: TLSConfig | bool = settings.temporal_tls
    if settings.temporal_tls_ca or settings.temporal_tls_cert:
        tls = TLSConfig(
            server_root_ca_cert=content(settings.temporal_tls_ca),
            client_cert=content(settings.temporal_tls_cert),
            client_private_key=content(settings.temporal_tls_key),
            domain=settings.temporal_tls_server_name or None,
        )
    return Access(
        address=settings.temporal,
        namespace=settings.temporal_namespace,
        api_key=settings.temporal_api_key.get_secret_value(),
        tls=tls,
        runtime=runtime,
    )


def sender(settings: Settings) -> Sender:
    """Who our mails come from."""
    name, address = parseaddr(settings.mail_from)
    return Sender(address=address, name=name or "Porting desk", host=address.rpartition("@")[2])


def _letterhead(settings: Settings) -> Letterhead:
    return Letterhead(
        sender=sender(settings),
        care_addresses=(parseaddr(settings.care_mail)[1],),
        public_url=public_url(settings),
    )
