"""What is sent to change a case: answers, comments, dates, cancellation, extension, a carrier's news."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, ConfigDict, Field

from api.schemas.base import Body
from api.text import Day, Line, LooseText, Sentence, Text, Word
from porting.commands import NewsKind
from porting.reasons import Reason, reason

NumberText = Annotated[str, Field(min_length=1, max_length=64)]
Numbers = Annotated[list[NumberText], Field(min_length=1, max_length=10_000)]


def example(**body: Any) -> ConfigDict:
    return ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [body]})


class AnswerBody(Body):
    """One missing item settled: a value, a document, or for a choice what to do with the numbers."""

    missing_id: Word
    value: Line | None = None
    document_id: Word | None = None
    action: Literal["keep", "correct", "remove"] | None = Field(
        default=None, description="Of a choice: `correct` takes the right `value` too, `remove` takes the lines out."
    )
    numbers: Numbers | None = Field(
        default=None, description="With `remove`: which lines of the item are taken out; `null` means all of them."
    )


class AnswersBody(Body):
    model_config = example(answers=[{"missing_id": "M1", "value": "4711"}], comment="It is on page two of the bill.")

    answers: list[AnswerBody] = Field(min_length=1, max_length=200)
    comment: LooseText = ""


class CommentBody(Body):
    model_config = example(text="The customer asks for the morning.", internal=False)

    text: Text
    internal: bool = Field(default=False, description="Care's own: the partner never sees it.")
    to_carrier: bool = Field(default=False, description="Care only: put it on the carrier's orders too.")


class DateChangeBody(Body):
    model_config = example(date="2027-02-03", numbers=None, accept_fee=True, waive_fee_reason=None)

    date: Day
    numbers: Numbers | None = Field(default=None, description="Lines as ordered; `null` means all confirmed lines.")
    accept_fee: bool = Field(default=False, description="The change costs a fee, also if the carrier declines it.")
    waive_fee_reason: Sentence | None = Field(default=None, description="Care only: why nothing is charged.")


class CancellationBody(Body):
    model_config = example(numbers=None, reason="The customer stays with the losing carrier.")

    numbers: Numbers | None = Field(default=None, description="Lines as ordered; `null` means all open lines.")
    reason: Line = ""


class ExtensionBody(Body):
    model_config = example(days=14, reason="The customer is on holiday.")

    days: int = Field(ge=1, le=365)
    reason: Sentence


class ReasonBody(Body):
    code: Word = Field(description="A code of our vocabulary, or the carrier's own.")
    text: Line = ""
    donor_value: Line = Field(
        default="", description="What the losing carrier has instead, where it says so; never a PIN."
    )

    def as_reason(self) -> Reason:
        return reason(self.code, self.text, donor_value=self.donor_value)


class CarrierNewsBody(Body):
    model_config = example(
        numbers=["+61299998888"], kind="missing_data", date=None,
        reasons=[{"code": "ACCOUNT_MISMATCH", "text": "Account 12 is unknown"}],
    )  # fmt: skip

    numbers: Numbers | None = Field(default=None, description="Lines as ordered; `null` means all.")
    kind: Annotated[NewsKind, Field(strict=False)]
    date: Day | None = None
    reasons: list[ReasonBody] = Field(default=[], max_length=20)
    said_by: Line = Field(default="", description="Who at the carrier said it.")
    said_at: Annotated[AwareDatetime, Field(strict=False)] | None = None
    evidence: list[Word] = Field(default=[], max_length=20, description="Documents of the case that show it.")
    corrects: int = Field(default=0, ge=0, description="The timeline entry that was entered wrongly; it stays.")


class ValidationBody(Body):
    model_config = example(numbers=["+61299998888"])

    numbers: Numbers | None = Field(default=None, description="Lines as ordered; `null` means all open lines.")


class PortabilityBody(Body):
    """The losing side's answer on one line."""

    number: NumberText
    portable: bool | None = Field(description="`null` where it could not say.")
    reason: ReasonBody | None = Field(default=None, description="The only one of `reasons`, for short.")
    reasons: list[ReasonBody] = Field(
        default=[], max_length=20, description="What it disagrees with, one a field: each is put before the partner."
    )
    donor: Line = ""
    earliest_date: Day | None = None
    valid_until: Day | None = None


class TaskDoneBody(Body):
    model_config = example(note="Sent by the form on their portal.", documents=[], answers=[])

    note: Line = ""
    documents: list[Word] = Field(default=[], max_length=20, description="Documents of the case that prove it.")
    answers: list[PortabilityBody] = Field(default=[], max_length=10_000, description="For a task that validates.")
