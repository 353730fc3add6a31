"""How many processes there are, what each worker serves, how much at once, and how they end and are measured."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings

from launch import settings_values as values
from launch.settings_words import say, whole_number

ROLES = "all, or some of cases, records, numbers, carriers, carrier:NAME, mail, inbox, with commas between"


class ProcessSettings(BaseSettings):
    """Of one machine; several machines each have theirs."""

    api_processes: int = whole_number(1, 1, 64, "API processes of the stack, side by side on API_PORT")
    worker_processes: int = whole_number(1, 1, 64, "worker processes of the stack")
    worker_roles: Annotated[str, AfterValidator(values.roles)] = say("all", "what a worker process serves", ROLES)

    cases_at_once: int = whole_number(100, 5, 10_000, "cases that one worker process carries on in one moment")
    cases_cached: int = whole_number(1000, 0, 1_000_000, "cases that one worker process keeps in memory, 160 kB each")
    records_at_once: int = whole_number(100, 1, 10_000, "steps of cases that one worker process records at once")
    numbers_at_once: int = whole_number(
        100, 1, 10_000, "orders to stock and number platform that one worker process has under way at once"
    )
    carrier_at_once: int = whole_number(
        100, 1, 10_000, "orders that one worker process has under way at once with each carrier"
    )
    inbox_at_once: int = whole_number(20, 1, 1000, "carriers' messages that one worker process reads at once")
    mail_at_once: int = whole_number(4, 1, 40, "connections that one worker process has to the relay at once")
    stop_seconds: int = whole_number(10, 1, 3600, "how long a worker that is told to end may finish what it has begun")

    archive_after_days: int = whole_number(
        0, 0, 36_500, "days after its end when a case's timeline and mails are packed away, at night; 0 means never"
    )

    worker_metrics_host: Annotated[str, AfterValidator(values.host)] = say(
        "127.0.0.1", "address on which workers show their figures to Prometheus", "a host or address"
    )
    worker_metrics_port: Annotated[int, Field(ge=1, le=65535)] | None = say(
        None, "port for the figures of the first worker process, the next has the next; empty means none",
        "a port from 1 to 65535",
    )  # fmt: skip
