"""Commands about those who may ask: partners, their keys, and care's people."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from launch.cli_common import AsJson, refuse, show

partner = typer.Typer(help="Partners: who may open porting cases (R12).", no_args_is_help=True)
key = typer.Typer(help="Keys of the API: a partner's, or care's.", no_args_is_help=True)
staff = typer.Typer(help="Care's people, who log in at the desk.", no_args_is_help=True)


class Status(StrEnum):
    NEW = "NEW"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    CANCELLED = "CANCELLED"


class Currency(StrEnum):
    USD = "USD"
    EUR = "EUR"
    GBP = "GBP"


class Pool(StrEnum):
    OWN_FIRST = "OWN_FIRST"
    VENDOR_ONLY = "VENDOR_ONLY"
    MIXED = "MIXED"


def add_to(app: typer.Typer) -> None:
    for group, name in ((partner, "partner"), (key, "key"), (staff, "staff")):
        app.add_typer(group, name=name)


@partner.command("add")
def add_partner(
    partner_id: Annotated[str, typer.Argument(metavar="ID", help="Short id, like acme; it stays for good.")],
    name: Annotated[str, typer.Option(help="The partner's name as its mails show it.")],
    email: Annotated[list[str], typer.Option(help="Mailbox that hears of all its cases; may be given again.")],
    currency: Annotated[Currency, typer.Option(help="What its fees are charged in (R24).")] = Currency.EUR,
    status: Annotated[Status, typer.Option(help="Only ACTIVE opens cases (R12).")] = Status.ACTIVE,
    time_zone: Annotated[str, typer.Option(help="Zone of its cut-overs, if not the numbers' own (R22).")] = "",
    pool: Annotated[Pool, typer.Option(help="Where its temporary numbers come from (R32).")] = Pool.OWN_FIRST,
    price: Annotated[str, typer.Option(help="Price of a temporary number, if not the setting's (R32).")] = "",
    as_json: AsJson = False,
) -> None:
    """Add a partner."""
    from launch import cli_checks as checks
    from launch.cli_database import now, writing
    from storage.partners import Partner, PartnerExists
    from storage.partners import add_partner as add

    new = Partner(
        id=checks.short_id(partner_id),
        name=checks.text(name, "--name"),
        status=status,
        currency=currency,
        time_zone=checks.time_zone(time_zone),
        emails=tuple(checks.email(address) for address in email),
        pool=pool,
        temporary_number_price=checks.price(price),
    )
    try:
        writing(lambda connection: add(connection, new, now()))
    except PartnerExists:
        refuse(f"A partner {partner_id} is there already.")
    show([vars(new)], as_json=as_json)


@partner.command("list")
def list_partners(as_json: AsJson = False) -> None:
    """List all partners."""
    from launch.cli_database import reading
    from storage.partners import list_partners as listed

    show([vars(one) for one in reading(listed)], as_json=as_json)


@partner.command("set-status")
def set_status(
    partner_id: Annotated[str, typer.Argument(metavar="ID")], status: Annotated[Status, typer.Argument()]
) -> None:
    """Set a partner's status. Cases that are open go on whatever it is (R12)."""
    from launch.cli_database import writing
    from storage.partners import UnknownPartner
    from storage.partners import set_status as put

    try:
        writing(lambda connection: put(connection, partner_id, status))
    except UnknownPartner:
        refuse(f"There is no partner {partner_id}.")
    typer.echo(f"{partner_id} is {status}.")


@key.command("add")
def add_key(
    partner_id: Annotated[str, typer.Option("--partner", help="Whose key; leave it out for a key of care.")] = "",
    care: Annotated[bool, typer.Option("--care", help="A key of care, which sees all cases.")] = False,
    name: Annotated[str, typer.Option(help="What the key is for, as the timeline shows it.")] = "",
    days: Annotated[int, typer.Option(help="Days until it expires; 0 for never.", min=0, max=3650)] = 0,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it. It is shown this once: only its digest is kept."""
    from datetime import timedelta

    from launch.cli_database import now, writing
    from storage.partners import UnknownPartner, issue_key

    if care is bool(partner_id):
        refuse("Say either --partner ID or --care.", 2)
    expires = now() + timedelta(days=days) if days else None
    named = name or partner_id or "care"
    try:
        made = writing(lambda connection: issue_key(connection, partner_id or None, named, now(), expires))
    except UnknownPartner:
        refuse(f"There is no partner {partner_id}: `portdesk partner add` makes one.")
    show([{"id": made.id, "partner": partner_id or None, "key": made.secret}], as_json=as_json)


@key.command("list")
def list_keys(
    partner_id: Annotated[str, typer.Option("--partner", help="Only this partner's.")] = "", as_json: AsJson = False
) -> None:
    """List keys by their ids; the keys themselves are not kept."""
    from launch.cli_database import reading
    from storage.partners import list_keys as listed

    show(reading(lambda connection: listed(connection, partner_id or None)), as_json=as_json)


@key.command("revoke")
def revoke_key(key_id: Annotated[str, typer.Argument(metavar="ID", help="As `portdesk key list` shows it.")]) -> None:
    """Revoke a key: from now on it opens nothing."""
    from launch.cli_database import now, writing
    from storage.partners import revoke_key as revoke

    if not writing(lambda connection: revoke(connection, key_id, now())):
        refuse(f"There is no key {key_id} in force.")
    typer.echo(f"{key_id} is revoked.")


@staff.command("add")
def add_staff(
    login: Annotated[str, typer.Argument(help="What the person logs in with.")],
    name: Annotated[str, typer.Option(help="As the timeline shows it; else the login.")] = "",
    password_file: Annotated[
        Path | None, typer.Option(help="File that holds the password; else one is asked for.", exists=True)
    ] = None,
) -> None:
    """Add somebody to care, or give one who is there a new password; their sessions end."""
    from launch import cli_checks as checks
    from launch.cli_database import now, writing
    from storage.staff import add_staff as add

    person, shown, password = (
        checks.text(login, "LOGIN"),
        checks.text(name or login, "--name"),
        _password(password_file),
    )
    person_id = writing(lambda connection: add(connection, person, shown, password, now()))
    typer.echo(f"{person} can log in ({person_id}).")


def _password(file: Path | None) -> str:
    password = (
        file.read_text().rstrip("\r\n") if file else typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    )
    if len(password) < 10:
        refuse("A password has at least 10 characters.")
    return str(password)
