"""Every problem code that a client can see, with the HTTP status it travels under."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """One row of the list in docs/api.md."""

    status: int
    title: str
    says: str


CODES: dict[str, Code] = {
    # 400
    "malformed_json": Code(400, "Malformed JSON", "The body is no JSON document."),
    "malformed_body": Code(400, "Malformed body", "The form could not be read."),
    "invalid_limit": Code(400, "Invalid limit", "`limit` is a whole number from 1 to 200."),
    "invalid_cursor": Code(400, "Invalid cursor", "`cursor` is not one that this API handed out."),
    "invalid_idempotency_key": Code(400, "Invalid Idempotency-Key", "1 to 255 printable ASCII characters."),
    "invalid_signature": Code(401, "Invalid signature", "The webhook was not signed by the carrier, or too long ago."),
    # 401, 403, 404, 405
    "unauthorized": Code(401, "Unauthorized", "No key, or one that is unknown, revoked or expired."),
    "forbidden": Code(403, "Forbidden", "This call is not open to this kind of key."),
    "partner_not_active": Code(403, "Partner not active", "Only an ACTIVE account opens cases; the status is named."),
    "not_found": Code(404, "Not found", "There is nothing there, or it belongs to somebody else."),
    "no_letter": Code(404, "No letter", "The carrier of the line prepares no letter of authorisation."),
    "method_not_allowed": Code(405, "Method not allowed", "The address exists, but not with this method."),
    # 409
    "number_taken": Code(409, "Number taken", "The number stands on an open line; `case` names it if it is your own."),
    "reference_taken": Code(409, "Reference taken", "Another request of yours bears this reference."),
    "idempotency_in_progress": Code(409, "In progress", "The first call with this key has not ended; try again soon."),
    "date_is_fixed": Code(409, "Date is fixed", "The carrier changes no date that it confirmed."),
    "not_confirmed": Code(409, "Not confirmed", "There is no confirmed date that could be changed."),
    "change_pending": Code(409, "Change pending", "The carrier has not answered the date change before."),
    "item_settled": Code(409, "Item settled", "The missing item was answered before."),
    "nothing_to_cancel": Code(409, "Nothing to cancel", "The lines are final already."),
    "cancellation_pending": Code(409, "Cancellation pending", "The carrier has not answered the cancellation before."),
    "not_waiting_for_partner": Code(409, "Not waiting", "No silence clock runs on this case."),
    "move_not_allowed": Code(409, "Move not allowed", "The line cannot go from its status to that one."),
    "task_settled": Code(409, "Task settled", "The task was done before, or is not needed any more."),
    "validation_pending": Code(409, "Validation pending", "The carrier has not answered the validation before."),
    "order_not_sent": Code(409, "Order not sent", "The carrier does not have the order, so that it prepares nothing."),
    "case_closed": Code(409, "Case closed", "The case is closed; its copy is the body for a new one."),
    "port_out_over": Code(409, "Port-out over", "The hour of the port-out is there; the numbers are outbound-only."),
    # 412, 413, 415
    "stale": Code(412, "Stale", "The case has changed since the version in If-Match."),
    "too_large": Code(413, "Too large", "The body is larger than this call takes."),
    "unsupported_media_type": Code(415, "Unsupported media type", "The body is not of a type that this call takes."),
    # 422: the body as a whole, its fields
    "validation_failed": Code(422, "Validation failed", "Several fields are at fault; `errors` names each."),
    "required": Code(422, "Required", "The field is missing."),
    "unknown_field": Code(422, "Unknown field", "There is no such field here."),
    "invalid": Code(422, "Invalid", "The value is not of the kind that is expected."),
    "invalid_text": Code(422, "Invalid text", "Control signs, line breaks or broken signs stand in the text."),
    "too_long": Code(422, "Too long", "The text or list is longer than allowed."),
    "too_short": Code(422, "Too short", "The text or list is shorter than allowed."),
    "out_of_range": Code(422, "Out of range", "The number is smaller or larger than allowed."),
    "invalid_choice": Code(422, "Invalid choice", "The value is none of the allowed ones."),
    "invalid_email": Code(422, "Invalid email", "The text is no email address."),
    "invalid_date": Code(422, "Invalid date", "The text is no date of the calendar, written YYYY-MM-DD."),
    "time_not_selectable": Code(422, "Time not selectable", "A date is expected; the hour is the donor's."),
    "idempotency_key_reused": Code(422, "Idempotency-Key reused", "The key came with another body before."),
    "unreadable_webhook": Code(422, "Unreadable webhook", "The message is signed, and nothing can be read from it."),
    # 422: numbers
    "invalid_number": Code(422, "Invalid number", "The text is no telephone number in E.164."),
    "range_too_large": Code(422, "Range too large", "XXX, 1,000 numbers, is the largest range."),
    "not_portable": Code(422, "Not portable", "No operator can port this number or type."),
    "no_carrier": Code(422, "No carrier", "No carrier is configured for the number's country or type."),
    "numbers_overlap": Code(422, "Numbers overlap", "Two lines of the request hold the same number."),
    "too_many_numbers": Code(422, "Too many numbers", "More numbers than one case takes."),
    "range_cannot_be_split": Code(422, "Range cannot be split", "A range is one line; only the whole can be named."),
    "unknown_number": Code(422, "Unknown number", "The number is no line of this case."),
    "several_cases": Code(422, "Several cases", "Several cases have a part of the range; name each part by itself."),
    "invalid_document": Code(422, "Invalid document", "The file is damaged, encrypted, active or too large inside."),
    "unknown_document": Code(422, "Unknown document", "No document of yours has that id, or it is on another case."),
    "ivp_not_possible": Code(422, "IVP not possible", "Temporary numbers come with a full porting only."),
    "disconnect_not_possible": Code(422, "Disconnect not possible", "Only US and Canadian lines can be disconnected."),
    "keep_not_possible": Code(422, "Keep not possible", "Only US and Canadian lines get another billing number."),
    "kept_and_disconnected": Code(422, "Kept and disconnected", "Lines that stay behind are the one or the other."),
    "billing_number_ported": Code(422, "Billing number ported", "The new billing number is ported itself."),
    "lines_differ": Code(422, "Lines differ", "The date is possible for some of the lines only."),
    # 422: dates
    "date_not_possible": Code(422, "Date not possible", "The date cannot be booked; `nearest_date` can."),
    "date_in_the_past": Code(422, "Date in the past", "The day is over; `nearest_date` can be had."),
    "date_after_approval": Code(
        422, "Date after the approval", "The losing carrier's approval lapses before; `last_day` is the last possible."
    ),
    "date_too_early": Code(422, "Date too early", "The carrier needs longer; `nearest_date` can be had."),
    "date_too_far": Code(422, "Date too far", "Carriers take no orders for that day yet."),
    "not_a_business_day": Code(422, "Not a business day", "A weekend or a holiday where the number is."),
    "too_late": Code(422, "Too late", "`last_day` was the last on which this was possible."),
    "date_unchanged": Code(422, "Date unchanged", "That date stands already."),
    "order_moves_together": Code(422, "Order moves together", "The carrier keeps one date for all lines of the order."),
    "fee_not_accepted": Code(422, "Fee not accepted", "A date change costs a fee; send `accept_fee: true`."),
    "date_required": Code(422, "Date required", "This news needs the date."),
    "reason_required": Code(422, "Reason required", "This news needs a reason."),
    "answer_required": Code(422, "Answer required", "A validation is done with an answer for each line."),
    "validation_not_supported": Code(422, "Validation not supported", "No carrier of these lines can be asked."),
    "not_correctable": Code(422, "Not correctable", "The entry is no carrier news that care entered."),
    # 422: answers
    "unknown_missing_item": Code(422, "Unknown missing item", "No missing item of this case has that id."),
    "invalid_answer": Code(422, "Invalid answer", "The answer does not fit what was asked."),
    "refused": Code(422, "Refused", "A rule says no; the detail says which."),
    # 429, 5xx
    "rate_limited": Code(429, "Too many requests", "Slow down; Retry-After says for how many seconds."),
    "internal_error": Code(500, "Internal error", "A fault of ours; the request id finds it in the logs."),
    "unavailable": Code(503, "Unavailable", "A part of the service does not answer; the detail says which."),
    "carrier_unavailable": Code(503, "Unavailable", "The carrier does not answer; try again in a few minutes."),
    "engine_unavailable": Code(503, "Unavailable", "The process engine does not answer; try again after Retry-After."),
    "database_unavailable": Code(503, "Unavailable", "The database cannot be reached; try again after Retry-After."),
}
