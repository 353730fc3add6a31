"""Telnyx's JSON: orders, numbers, comments, events and errors as its API shows them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.carrier.order import Order

Json = dict[str, Any]

USER = "11111111-2222-4333-8444-555555555555"
SHOWN_NUMBERS = 50
LOSING_CARRIER = "Simulated Losing Carrier"
_ADMIN = (
    "account_number", "auth_person_name", "billing_phone_number", "business_identifier", "entity_name",
    "pin_passcode", "tax_identifier",
)  # fmt: skip
_LOCATION = (
    "administrative_area", "country_code", "extended_address", "locality", "postal_code", "street_address",
)  # fmt: skip


def order_json(order: Order, *, with_numbers: bool = True) -> Json:
    """The order; of its numbers the first fifty at the most."""
    shown: Json = {
        "id": order.id,
        "record_type": "porting_order",
        "customer_reference": order.reference,
        "customer_group_reference": order.group or None,
        "created_at": order.created_at,
        "updated_at": order.updated_at,
        "status": status_json(order),
        "description": "Simulated",
        "support_key": order.support_key or None,
        "parent_support_key": order.parent_key or None,
        "old_service_provider_ocn": LOSING_CARRIER,
        "documents": {"loa": order.documents.get("loa"), "invoice": order.documents.get("invoice")},
        "end_user": {
            "admin": {name: order.admin.get(name) for name in _ADMIN},
            "location": {name: order.location.get(name) for name in _LOCATION},
        },
        "activation_settings": {
            "activation_status": order.activation,
            "fast_port_eligible": order.fast,
            "foc_datetime_actual": order.actual or None,
            "foc_datetime_requested": order.requested or None,
        },
        "misc": order.misc,
        "messaging": {
            "enable_messaging": False, "messaging_capable": False, "messaging_port_completed": False,
            "messaging_port_status": "not_applicable",
        },
        "phone_number_configuration": {
            "billing_group_id": None, "connection_id": None, "emergency_address_id": None,
            "messaging_profile_id": None, "tags": [],
        },
        "phone_number_type": order.number_type,
        "porting_phone_numbers_count": len(order.numbers),
        "requirements": [
            {"record_type": "porting_requirement", "field_type": "document", **requirement}
            for requirement in order.requirements
        ],
        "requirements_met": bool(order.admin.get("entity_name")),
        "additional_steps": [],
        "user_feedback": {"user_comment": None, "user_rating": None},
        "user_id": USER,
        "webhook_url": order.webhook_url or None,
    }  # fmt: skip
    if with_numbers:
        shown["phone_numbers"] = [number_json(order, number) for number in order.numbers[:SHOWN_NUMBERS]]
    return shown


def number_json(order: Order, number: str) -> Json:
    failed = number in order.failed
    activation = "Failed" if failed else "Active" if order.failed else order.activation
    return {
        "record_type": "porting_phone_number",
        "phone_number": number,
        "phone_number_type": order.number_type,
        "porting_order_id": order.id,
        "porting_order_status": order.shown or order.status,
        "support_key": order.support_key or order.id[:8],
        "activation_status": "Cancelled" if order.status == "cancelled" else activation,
        "portability_status": "confirmed" if order.country in {"US", "CA"} else "provisional",
        "requirements_status": "requirement-info-pending" if order.status == "draft" else "approved",
    }


def number_id(number: str) -> str:
    """What extensions, configurations and splits call a number; the list of numbers shows it, an order does not."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, number))


def meta_of(order: Order) -> Json:
    return {"phone_numbers_url": f"/v2/porting_phone_numbers?filter[porting_order_id]={order.id}"}


def status_json(order: Order) -> Json:
    return {"value": order.shown or order.status, "details": order.details}


def page_json(items: Sequence[Any], number: int, size: int) -> Json:
    total = len(items)
    meta = {"page_number": number, "page_size": size, "total_pages": -(-total // size), "total_results": total}
    return {"data": list(items[(number - 1) * size : number * size]), "meta": meta}


def comment_json(row: Mapping[str, Any]) -> Json:
    return {
        "record_type": "porting_comment", "id": row["id"], "porting_order_id": row["order_id"], "body": row["body"],
        "user_type": row["author"], "created_at": row["at"],
    }  # fmt: skip


def paper_json(order: Order, paper: Mapping[str, str]) -> Json:
    return {
        "record_type": "porting_additional_document", "id": paper["id"], "porting_order_id": order.id,
        "document_id": paper["document_id"], "document_type": paper["document_type"],
        "created_at": paper["created_at"], "updated_at": paper["created_at"],
    }  # fmt: skip


def document_json(row: Mapping[str, Any]) -> Json:
    return {
        "record_type": "document", "id": row["id"], "customer_reference": row["reference"], "filename": row["filename"],
        "sha256": row["sha256"], "size": {"amount": row["size"], "unit": "bytes"}, "status": "verified",
        "av_scan_status": "scanned", "content_type": "application/pdf", "created_at": row["at"],
        "updated_at": row["at"],
    }  # fmt: skip


def event_json(row: Mapping[str, Any]) -> Json:
    """An event as the list shows it, which differs from the webhook's envelope."""
    event = {
        "record_type": "porting_event", "id": row["id"], "event_type": row["type"], "porting_order_id": row["order_id"],
        "payload": row["payload"], "payload_status": "created" if row["lost"] else "completed",
        "available_notification_methods": ["webhook"], "created_at": row["at"], "updated_at": row["at"],
    }  # fmt: skip
    if row["type"] == "porting_order.deleted":
        del event["created_at"], event["updated_at"], event["record_type"]
    return event


def status_payload(order: Order) -> Json:
    return {
        "id": order.id, "customer_reference": order.reference, "status": status_json(order),
        "support_key": order.support_key, "updated_at": order.updated_at, "webhook_url": order.webhook_url,
    }  # fmt: skip


def comment_payload(order: Order, row: Mapping[str, Any]) -> Json:
    comment = {
        "id": row["id"], "body": row["body"], "inserted_at": row["at"], "user_id": USER, "user_type": row["author"],
    }  # fmt: skip
    return {"porting_order_id": order.id, "support_key": order.support_key, "comment": comment}


def split_payload(order: Order, branch: Order, numbers: Sequence[str]) -> Json:
    moved = [{"id": number_id(number)} for number in numbers]
    return {"from": {"id": order.id}, "to": {"id": branch.id}, "porting_phone_numbers": moved}


def deleted_payload(order: Order, at: str) -> Json:
    return {
        "record_type": "porting_event", "id": order.id, "customer_reference": order.reference,
        "created_at": order.created_at, "updated_at": order.updated_at, "deleted_at": at,
    }  # fmt: skip


def errors_json(detail: str, *, pointer: str = "", code: str = "10015", title: str = "Bad Request") -> Json:
    error: Json = {"code": code, "title": title, "detail": detail}
    return {"errors": [{**error, "source": {"pointer": pointer}} if pointer else error]}
