"""The namespace of an installation's cases on Temporal: made with its search attributes, or said how to make it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from launch.trouble import CannotStart

# What a case was stays readable in our own database, so a week is for whoever looks into a fault.
KEPT_DAYS = 7
LIMIT = timedelta(seconds=5)
USABLE_WITHIN = 60.0
SILENT = {RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED}
# Told while several workers make the same thing at once, or while a part of the server has not heard of it.
NOT_YET = {
    *SILENT, RPCStatusCode.NOT_FOUND, RPCStatusCode.ALREADY_EXISTS, RPCStatusCode.ABORTED,
    RPCStatusCode.FAILED_PRECONDITION,
}  # fmt: skip
FORBIDDEN = {RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNAUTHENTICATED, RPCStatusCode.UNIMPLEMENTED}
TYPES = {
    "Keyword": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "KeywordList": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
    "Datetime": IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
}


class NoNamespace(CannotStart):
    """There is none, and we may not make it; or it lacks search attributes that we may not add."""


async def prepare(client: Client, attributes: Mapping[str, str]) -> None:
    """Makes what is missing, as often as it is asked, side by side with others who do. Raises NoNamespace."""
    if not await _is_there(client):
        await _make(client)
    await _complete(client, attributes)


async def _is_there(client: Client) -> bool:
    """Whoever may not ask is taken to have one: clusters where others rule have it made by them."""
    while True:
        try:
            request = DescribeNamespaceRequest(namespace=client.namespace)
            await client.workflow_service.describe_namespace(request, timeout=LIMIT)
        except RPCError as error:
            if error.status in SILENT:
                await asyncio.sleep(1)
                continue
            if error.status is not RPCStatusCode.NOT_FOUND and error.status not in FORBIDDEN:
                raise
            return error.status is not RPCStatusCode.NOT_FOUND
        return True


async def _make(client: Client) -> None:
    kept = Duration(seconds=KEPT_DAYS * 86_400)
    request = RegisterNamespaceRequest(namespace=client.namespace, workflow_execution_retention_period=kept)
    try:
        await client.workflow_service.register_namespace(request, timeout=LIMIT)
    except RPCError as error:
        if error.status in FORBIDDEN:
            raise NoNamespace(
                f"Temporal has no namespace {client.namespace}, and does not let us make it: name another in"
                " PORTDESK_TEMPORAL_NAMESPACE, or let somebody who may run `temporal operator namespace create"
                f" --namespace {client.namespace} --retention {KEPT_DAYS}d`."
            ) from None
        if error.status is not RPCStatusCode.ALREADY_EXISTS:
            raise
    await _until_usable(client)


async def _until_usable(client: Client) -> None:
    """Every part of the server hears of a new namespace in its own time, within seconds."""
    async with asyncio.timeout(USABLE_WITHIN):
        while True:
            try:
                await client.count_workflows(rpc_timeout=LIMIT)
            except RPCError as error:
                if error.status not in NOT_YET:
                    raise
                await asyncio.sleep(0.2)
            else:
                return


async def _complete(client: Client, attributes: Mapping[str, str]) -> None:
    """Until they are known; a namespace that another has just made is not known everywhere yet either."""
    async with asyncio.timeout(USABLE_WITHIN):
        while True:
            try:
                missing = await _missing(client, attributes)
                if not missing:
                    return
                await _add(client, missing)
            except RPCError as error:
                if error.status not in NOT_YET:
                    raise
            await asyncio.sleep(0.2)


async def _add(client: Client, missing: Mapping[str, str]) -> None:
    wanted = {name: TYPES[kind] for name, kind in missing.items()}
    request = AddSearchAttributesRequest(search_attributes=wanted, namespace=client.namespace)
    try:
        await client.operator_service.add_search_attributes(request, timeout=LIMIT)
    except RPCError as error:
        if error.status not in FORBIDDEN:
            raise
        named = " ".join(f"--name {name} --type {kind}" for name, kind in missing.items())
        raise NoNamespace(
            f"Temporal's namespace {client.namespace} lacks search attributes, and does not let us add them: let"
            f" somebody who may run `temporal operator search-attribute create --namespace {client.namespace} {named}`."
        ) from None


async def _missing(client: Client, attributes: Mapping[str, str]) -> dict[str, str]:
    """None to whoever may not ask."""
    request = ListSearchAttributesRequest(namespace=client.namespace)
    try:
        known = (await client.operator_service.list_search_attributes(request, timeout=LIMIT)).custom_attributes
    except RPCError as error:
        if error.status in FORBIDDEN:
            return {}
        raise
    return {name: kind for name, kind in attributes.items() if name not in known}
