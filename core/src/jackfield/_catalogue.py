"""The catalogue of error codes over all connectors; read it through :mod:`jackfield.errors`."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One code: its kind, a title, what it means and what to do, in words for an admin."""

    code: str
    kind: str
    title: str
    meaning: str
    remedy: str

    def as_dict(self) -> dict[str, str]:
        """The entry as scripts read it."""
        return {name: getattr(self, name) for name in ("code", "kind", "title", "meaning", "remedy")}


_ROWS: dict[str, dict[str, tuple[str, str, str]]] = {
    "settings": {
        "invalid_settings": (
            "Settings with problems",
            "One or more settings are missing or wrong.",
            "Correct the fields named, then try again.",
        ),
        "required": ("Field left blank", "This field is needed.", "Fill it in."),
        "invalid_value": (
            "Value not understood",
            "This value does not fit the field.",
            "Enter a value of the kind the field's help describes.",
        ),
        "invalid_choice": (
            "Not one of the choices",
            "This value is not one of the choices.",
            "Choose one of the values offered.",
        ),
        "too_long": ("Value too long", "This value is too long to be right.", "Paste only the value itself."),
        "unknown_field": (
            "Unknown setting",
            "The platform has no setting of this name.",
            "Remove it, or correct its name: the platform's schema lists all settings.",
        ),
        "placeholder": (
            "Placeholder instead of the secret",
            "This is the masked placeholder, not the secret itself.",
            "Paste the secret itself, or leave the stored one as it is.",
        ),
        "control_characters": (
            "Unprintable characters",
            "The value holds characters that cannot be seen, such as a line break.",
            "Paste it again, or type it.",
        ),
        "invalid_url": (
            "Not a web address",
            "This is not a web address.",
            "Copy the address from the CRM, for example https://crm.example.com/",
        ),
        "unsupported_scheme": (
            "Not an https address",
            "Only web addresses that begin with https:// can be used here.",
            "Enter the address with https:// at its front.",
        ),
        "insecure_url": (
            "Address without encryption",
            "An http:// address would send the credentials in the clear.",
            "Enter the address with https:// at its front.",
        ),
        "credentials_in_url": (
            "Credentials inside the address",
            "The address holds a user name or password before an @ sign.",
            "Remove that part; credentials belong in their own field.",
        ),
        "wrong_host": (
            "Address of something else",
            "This address does not belong to the CRM.",
            "Copy the address from the CRM's own settings page.",
        ),
        "unusual_host": (
            "Unusual address",
            "This is not an address that the CRM's vendor is known to use.",
            "Go on only if you know that this address is right, for example that of a proxy of yours.",
        ),
        "secret_bound_to_host": (
            "Secret was entered for another host",
            "The stored secret was entered for another host and is not sent to a new one by itself.",
            "Enter the secret again for the new address.",
        ),
        "host_unknown": (
            "Host not found",
            "The name of the host in the address cannot be found.",
            "Check the address for a spelling mistake.",
        ),
        "address_not_allowed": (
            "Private address",
            "The address leads to a private or local network, where this installation sends no request.",
            "Use the CRM's public address. The operator can allow networks by JACKFIELD_ALLOWED_NETWORKS=127.0.0.0/8.",
        ),
        "tls_failed": (
            "No secure connection",
            "The host could not prove that it is the one in the address, so nothing was sent to it.",
            "Check the address; if it is right, the host's certificate is at fault.",
        ),
        "not_the_api": (
            "Not the CRM's API",
            "The address answers, but not as the CRM's API does.",
            "Check the address: it must be that of the API, as the CRM's settings page shows it.",
        ),
        "redirected_elsewhere": (
            "Redirected to another host",
            "The address sends every request on to another host; credentials never follow there.",
            "Enter the address that the CRM's settings page shows.",
        ),
        "credentials_refused": (
            "Credentials refused",
            "The CRM refused the credentials.",
            "Copy the credentials again from the CRM's settings page.",
        ),
        "account_unknown": (
            "Account not found",
            "The CRM knows no account of this name at this address.",
            "Check the account's name and the address: both must be those that people sign in with.",
        ),
        "inactive_holder": (
            "Credentials of an inactive user",
            "The user whose credentials these are is inactive, so they may stop working at any time.",
            "Use the credentials of an active user, best of one that is kept for this purpose.",
        ),
        "unsupported": (
            "Not supported by this platform",
            "The connector of this platform does not offer this.",
            "See the capabilities that jackfield platforms lists.",
        ),
        "deployment_setting_missing": (
            "Setting of the deployment missing",
            "The operator of this deployment has to set a value that belongs to the product, not to your account.",
            "Ask the operator of this deployment to set it; the message names the environment variable.",
        ),
    },
    "permission": {
        "forbidden": (
            "Right missing",
            "The CRM refuses this to the user whose credentials these are.",
            "Ask the CRM's administrator for the right, or use the credentials of a user who has it.",
        ),
        "plan_required": (
            "Not in the CRM's plan",
            "The CRM account's plan does not include this.",
            "Ask whoever holds the contract with the CRM's vendor.",
        ),
    },
    "transient": {
        "connection_refused": (
            "Connection refused",
            "The host refused the connection.",
            "Try again later; if it stays so, check the address and its port.",
        ),
        "connection_lost": (
            "Connection lost",
            "The connection broke before the answer was complete.",
            "Try again; nothing was changed.",
        ),
        "timed_out": (
            "No answer in time",
            "The CRM did not answer in time.",
            "Try again later; if it stays so, check the address.",
        ),
        "throttled": (
            "Too many requests",
            "The CRM asks to slow down: too many requests in a short time.",
            "Wait a moment; the work goes on by itself.",
        ),
        "quota_exhausted": (
            "Request quota used up",
            "The CRM account has used up its quota of requests for now.",
            "Wait until the quota is renewed, or ask the CRM's vendor for a larger one.",
        ),
        "quota_low": (
            "Little of the request quota left",
            "The CRM account has used up most of its quota of requests.",
            "See which other programs use the account's quota, or ask the CRM's vendor for a larger one.",
        ),
        "budget_unreachable": (
            "Request budget out of reach",
            "The database that keeps the request budget over all processes does not answer, so no request was sent.",
            "The work is tried again by itself; if it stays so, tell the operator of this installation.",
        ),
        "unavailable": (
            "CRM unavailable",
            "The CRM says that it is not available at the moment.",
            "Try again later; see the vendor's status page.",
        ),
        "interrupted": (
            "Interrupted again and again",
            "The work was interrupted again and again, and was given up.",
            "Start it again; if it stays so, tell the operator of this installation.",
        ),
        "cancelled": ("Cancelled", "The work was stopped before its end.", "Start it again when you wish."),
    },
    "vendor": {
        "server_error": (
            "Error inside the CRM",
            "The CRM reported an error of its own.",
            "Try again later; if it stays so, tell the CRM's vendor.",
        ),
        "unexpected_status": (
            "Unexpected answer",
            "The CRM answered with a status that the connector does not know.",
            "If it stays so, tell the connector's maintainers.",
        ),
        "unexpected_content": (
            "Not an answer of the API",
            "The CRM sent something other than data, such as a web page or nothing at all.",
            "Try again later: the CRM may be under maintenance. If it stays so, check the address.",
        ),
        "malformed_answer": (
            "Broken data",
            "The CRM's answer is cut off or is not well formed.",
            "Try again; if it stays so, tell the connector's maintainers.",
        ),
        "wrong_shape": (
            "Data of another shape",
            "The CRM's answer is not built as its API promises.",
            "If it stays so, the CRM's API has changed: tell the connector's maintainers.",
        ),
        "answer_too_large": (
            "Answer too large",
            "The CRM's answer is far larger than it can rightly be and was not read to its end.",
            "Check the address; if it is right, tell the connector's maintainers.",
        ),
        "repeated_page": (
            "The same page again",
            "The CRM sends the same page of the list again and again.",
            "Nothing was changed. Try again; if it stays so, tell the CRM's vendor.",
        ),
        "endless_listing": (
            "List without an end",
            "The CRM keeps sending more than it says it has.",
            "Nothing was changed. Try again; if it stays so, tell the CRM's vendor.",
        ),
        "incomplete_listing": (
            "List not complete",
            "The CRM sent fewer entries than it says it has.",
            "Nothing was changed. Try again; if it stays so, tell the CRM's vendor.",
        ),
        "foreign_next_page": (
            "Next page on another host",
            "The CRM's answer points to another host for its next page; credentials never follow there.",
            "Nothing was changed. Tell the connector's maintainers.",
        ),
        "connector_broken": (
            "Connector cannot be loaded",
            "The connector is installed, but it cannot be loaded.",
            "Install it again or another version of it; its reason is shown by jackfield platforms.",
        ),
        "internal_error": (
            "Mistake inside Jackfield",
            "Jackfield made a mistake of its own.",
            "Try again; if it stays so, tell the operator of this installation, who finds more in its log.",
        ),
        "connector_failed": (
            "Mistake inside the connector",
            "The connector made a mistake of its own.",
            "Tell the connector's maintainers; other connections are not touched by it.",
        ),
    },
}

CATALOGUE: Mapping[str, Entry] = MappingProxyType(
    {
        code: Entry(code=code, kind=kind, title=title, meaning=meaning, remedy=remedy)
        for kind, rows in _ROWS.items()
        for code, (title, meaning, remedy) in rows.items()
    }
)
