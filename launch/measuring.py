"""What a worker process tells Prometheus: the figures of Temporal's SDK, and those of our own loops beside them."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig

from launch.settings import Settings
from launch.settings_sources import variable
from launch.trouble import CannotStart
from service.relay import Round

SETTLED, SECONDS = "portdesk_settled", "portdesk_round_seconds"


def measured(settings: Settings) -> Runtime | None:
    """A runtime that shows figures on the worker's own port; None where none is set. Raises CannotStart."""
    if settings.worker_metrics_port is None:
        return None
    address = f"{settings.worker_metrics_host}:{settings.worker_metrics_port}"
    figures = PrometheusConfig(
        bind_address=address, durations_as_seconds=True, unit_suffix=True, counters_total_suffix=True
    )
    try:
        return Runtime(telemetry=TelemetryConfig(metrics=figures))
    except (ValueError, RuntimeError) as trouble:
        name = variable("worker_metrics_port")
        raise CannotStart(f"No figures can be shown on {address}: set {name} to a free port. ({trouble})") from None


def counted(errand: Round, runtime: Runtime | None) -> Round:
    """The errand, with what it settles and how long its rounds take told to the runtime."""
    if runtime is None:
        return errand
    meter = runtime.metric_meter.with_additional_attributes({"errand": errand.name})
    settled = meter.create_counter(SETTLED, "Cases started, messages read, mails sent")
    # Without its unit as a word of its own: the exporter would put it behind the name a second time.
    seconds = meter.create_histogram_float(SECONDS, "Time of a round that found something to do")
    return replace(errand, once=_counting(errand.once, settled.add, seconds.record))


def _counting(
    once: Callable[[], Awaitable[int]], add: Callable[[int], None], record: Callable[[float], None]
) -> Callable[[], Awaitable[int]]:
    async def counting() -> int:
        began = time.monotonic()
        done = await once()
        if done:
            add(done)
            record(time.monotonic() - began)
        return done

    return counting
