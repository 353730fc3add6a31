"""Every carrier that has a stand-in, one row each: what starts it, where it lies, and what a rehearsal tells of it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.types import ASGIApp

# What keeps 32 secret bytes in a file, made the first time.
Keep = Callable[[Path], bytes]
# Raises sandbox.carrier.script.BadScript.
ReadScript = Callable[[Sequence[Mapping[str, Any]]], object]


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a stand-in is built from: the folder of its state, the key that steers it, its clock.

    `signing_key` is that of what it says by itself, in base64; "" where it makes one of its own.
    """

    folder: Path
    steering_key: str
    now: Callable[[], datetime]
    signing_key: str = ""


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """A stand-in. `part` names its process and the command that runs it, `says` is that command's help.

    `port` is the setting with its port, `path` where the vendor's API lies below its address. `told` are the settings
    that the other processes are told, from the folder of the state and its address. `reads` is its script language,
    `ports` what it ports in a rehearsal where no table of the operator's says otherwise (R05). All is loaded late: no
    other command waits for it.
    """

    part: str
    says: str
    port: str
    build: Callable[[Surroundings], ASGIApp]
    told: Callable[[Path, str, Keep], Mapping[str, str]]
    reads: Callable[[], ReadScript]
    path: str = ""
    ports: Mapping[str, str] = field(default_factory=dict)

    @property
    def spoken(self) -> str:
        return f"the {self.part.replace('-', ' ')}"


def _telnyx(around: Surroundings) -> ASGIApp:
    from sandbox.carrier.app import CarrierSettings, build

    return build(
        CarrierSettings(
            database=around.folder / "carrier.db",
            api_key=around.steering_key,
            now=around.now,
            signing_seed=base64.b64decode(around.signing_key) if around.signing_key else None,
        )
    )


def _told_of_telnyx(folder: Path, base_url: str, keep: Keep) -> Mapping[str, str]:
    from nacl.signing import SigningKey

    seed = keep(folder / "carrier.key")
    return {
        "telnyx_base_url": base_url,
        "telnyx_api_key": "KEY-of-the-simulated-carrier",
        # Three weeks pass in a minute there: nobody is to be spared.
        "telnyx_calls_per_second": "1000",
        "telnyx_public_key": base64.b64encode(bytes(SigningKey(seed).verify_key)).decode(),
        "carrier_signing_key": base64.b64encode(seed).decode(),
    }


def _scripts_of_telnyx() -> ReadScript:
    from sandbox.carrier.script import read_steps

    return read_steps


def _coin(around: Surroundings) -> ASGIApp:
    from sandbox.coin.app import ClearingHouseSettings, build
    from sandbox.coin.keys import kept_keys

    return build(
        ClearingHouseSettings(
            database=around.folder / "clearing-house.db",
            keys=kept_keys(around.folder),
            steering_key=around.steering_key,
            now=around.now,
        )
    )


def _told_of_coin(folder: Path, base_url: str, keep: Keep) -> Mapping[str, str]:
    from sandbox.coin.keys import CONSUMER, OPERATOR, REHEARSED_CODES, kept_keys

    keys = kept_keys(folder)
    return {
        "coin_base_url": base_url,
        "coin_consumer": CONSUMER,
        "coin_network_operator": OPERATOR,
        "coin_private_key_path": str(keys.private),
        "coin_shared_key_path": str(keys.shared),
        "coin_blocking_codes": str(REHEARSED_CODES),
    }


def _scripts_of_coin() -> ReadScript:
    from sandbox.coin.script import read_steps

    return read_steps


# The first stands in for every carrier that has no stand-in of its own.
SIMULATED: Mapping[str, Simulated] = {
    "telnyx": Simulated(
        part="carrier",
        says="Stand in for Telnyx: its porting API, and the calls that steer it.",
        port="carrier_port",
        path="/v2",
        build=_telnyx,
        told=_told_of_telnyx,
        reads=_scripts_of_telnyx,
    ),
    "coin": Simulated(
        part="clearing-house",
        says="Stand in for COIN: its number portability API, and the calls that steer it.",
        port="clearing_house_port",
        build=_coin,
        told=_told_of_coin,
        reads=_scripts_of_coin,
        ports={"NL:NATIONAL": "coin"},
    ),
}
FIRST = next(iter(SIMULATED))
BY_HAND = "by-hand"


def rehearsed(table: Mapping[str, str], *, said: bool) -> dict[str, str]:
    """Who ports what in a rehearsal; `said`: the table is the operator's own.

    A carrier that has no stand-in is rehearsed by hand: whatever its settings say, nothing may reach it (R05, R43).
    """
    own = {} if said else {key: name for one in SIMULATED.values() for key, name in one.ports.items()}
    return {key: name if name in {*SIMULATED, ""} else BY_HAND for key, name in {**table, **own}.items()}


def script_readers(country: str) -> list[ReadScript]:
    """The first stand-in's script language, and those of others that port numbers of the country in a rehearsal."""
    others = [one for name, one in SIMULATED.items() if name != FIRST and any(key[:2] == country for key in one.ports)]
    return [one.reads() for one in (SIMULATED[FIRST], *others)]
