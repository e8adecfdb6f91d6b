"""Every page and dialog of the portal, in each state that looks different: what the gallery opens.

An address that draws a page, and a template that is drawn, has to be among them; the test of the gallery finds those
that are not.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.urls import get_resolver, reverse

from tests.browser.gallery import acts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from playwright.sync_api import Page

    from tests.browser.gallery.world import World

__all__ = ["BARE", "IDS", "VIEWS", "View", "addresses"]

#: Which thing of the world an address is about, by the name of its parameter, unless a view says otherwise.
IDS = {
    "connection_id": "insightly",
    "agent_id": "agent",
    "run_id": "applied",
    "batch": "passed",
    "token": "invited",
    "token_id": "token",
    "subscription_id": "webhook",
    "delivery_id": "delivery",
    "step_id": "elsewhere",
    "link_id": "link",
    "uidb64": "nobody",
    "organization_id": "organization",
    "user_id": "member",
    "invitation_id": "invitation",
}


@dataclass(frozen=True, kw_only=True)
class View:
    """A page, or a dialog ``over`` the page from which it is opened, as somebody sees it.

    ``address`` is the name of a route, with the things of the world that its parameters are (``ids``) and a ``query``,
    in which ``{name}`` is a thing, too; or such a thing itself, or a path. ``act`` is what is done there before one
    looks. ``says`` is the status that it answers with, and ``printed`` whether somebody may want it on paper.
    """

    address: str
    state: str = ""
    who: str = "admin"
    ids: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    over: str = ""
    act: Callable[[Page, World], None] | None = None
    says: int = 200
    printed: bool = False
    alone: bool = False

    @property
    def name(self) -> str:
        """What its picture is called."""
        address = "" if "{" in self.address else self.address.strip("/").replace(":", "-")
        words = (address, self.state, "alone" if self.alone else "")
        return "--".join(filter(None, words))

    def path(self, world: World) -> str:
        """Where it is."""
        return _path(self.address, world, self.ids) + self.query.format(**world.things)

    def below(self, world: World) -> str:
        """Where the page is over which the dialog lies."""
        return _path(self.over, world, self.ids)


def addresses(world: World) -> dict[str, str]:
    """The path of every address of the portal by its name; a parameter that is new is a KeyError: say what it is."""
    found = get_resolver().namespace_dict.items()
    names = [f"{app}:{pattern.name}" for app, (_, part) in found if app != "rest" for pattern in part.url_patterns]
    return {name: _path(name, world, {}) for name in names}


def _path(address: str, world: World, ids: Mapping[str, str]) -> str:
    if ":" not in address:
        return address.format(**world.things)
    app, name = address.split(":")
    patterns = get_resolver().namespace_dict[app][1].url_patterns
    asked = next(pattern for pattern in patterns if pattern.name == name).pattern.converters
    return reverse(address, kwargs={parameter: world.things[{**IDS, **ids}[parameter]] for parameter in asked})


def _dialog(address: str, over: str = "web:manage", **more: object) -> View:
    return View(address=address, over=over, **more)  # type: ignore[arg-type]


MANAGE = [
    View(address="web:manage", printed=True),
    View(address="web:manage", state="menus", act=acts.menu),
    View(address="web:manage", state="more", act=acts.more),
    View(address="web:manage", state="editing", act=acts.edit_column),
    View(address="web:manage", state="choosing", act=acts.choose),
    View(address="web:manage", state="unsaved", act=acts.change),
    View(address="web:manage", state="nobody-found", query="?q=zzz"),
    View(address="web:manage", state="read-only", who="look"),
    View(address="web:manage", state="new", who="new"),
    View(address="web:manage", state="new-read-only", who="look-new"),
    View(address="web:manage", state="agents-only", who="agents"),
    View(address="web:manage", state="trouble", who="trouble", act=acts.deleted),
    View(address="web:manage", state="imports", who="imports"),
    View(address="web:manage", state="told", who="imports", act=acts.rename),
    View(address="web:manage", state="many", who="many"),
    View(address="web:manage", state="many-editing", who="many", act=acts.edit_column),
    View(address="web:manage", state="saved", who="saving", act=acts.save),
    View(address="web:manage", state="nowhere", who="lone", says=403),
]
CONNECTIONS = [
    _dialog("connections:add", who="trouble"),
    _dialog("connections:settings", state="first", who="trouble", ids={"connection_id": "begun"}),
    _dialog(
        "connections:settings", state="refused", who="trouble", ids={"connection_id": "begun"}, act=acts.save_nothing
    ),
    _dialog("connections:settings", state="repaired", who="trouble", ids={"connection_id": "begun"}, act=acts.paste),
    _dialog("connections:settings", state="in-use"),
    View(address="connections:settings", state="instructions", query="?at=instructions-1"),
    _dialog("connections:settings", state="operators", who="trouble", ids={"connection_id": "lost"}),
    View(address="connections:settings", state="gone", who="trouble", ids={"connection_id": "gone"}, says=422),
    _dialog("connections:settings", state="link", ids={"connection_id": "connectwise"}, act=acts.make_link),
    _dialog("connections:rename"),
    _dialog("connections:rename", state="refused", act=acts.send_empty),
    _dialog("connections:pause"),
    _dialog("connections:discard", ids={"connection_id": "acme"}),
    _dialog("connections:delete"),
    _dialog("connections:purge", who="trouble", ids={"connection_id": "deleted"}),
    View(address="connections:enter", who="", ids={"token": "word"}),
    View(
        address="connections:enter",
        state="refused",
        who="",
        ids={"token": "word"},
        act=acts.hand_over_nothing,
        says=422,
    ),
    View(address="connections:enter", state="closed", who="", ids={"token": "nobody"}, says=403),
]
CHECKS = [
    _dialog("checks:start", act=acts.finished),
    View(address="checks:start", state="ask"),
    View(address="checks:start", state="nothing", who="new", over="web:manage"),
    _dialog("checks:start", state="trouble", who="trouble", act=acts.finished),
    _dialog("checks:start", state="under-way", who="imports"),
    View(address="checks:show", printed=True, act=acts.rights),
    View(address="checks:show", state="failed", who="trouble", ids={"batch": "refused_batch"}, printed=True),
    View(address="checks:show", state="missing-right", who="trouble", ids={"batch": "lacking_batch"}),
    View(address="checks:show", state="held", who="trouble", ids={"batch": "held_batch"}),
    View(address="checks:show", state="elsewhere", ids={"batch": "warned"}),
    View(address="checks:show", state="read-only", who="look"),
    View(address="checks:show", state="no-batch", ids={"batch": "insightly"}),
    _dialog("checks:history"),
    _dialog("checks:history", state="never", who="trouble", ids={"connection_id": "begun"}, over=""),
    _dialog("checks:history", state="read-only", who="look"),
    _dialog("checks:roll-back", ids={"connection_id": "acme"}),
    View(address="checks:roll-back", state="nothing-before"),
    View(address="checks:move"),
]
IMPORTS = [
    _dialog("imports:ask"),
    _dialog("imports:ask", state="first", ids={"connection_id": "connectwise"}),
    View(address="imports:run"),
    View(address="imports:run", state="failed", who="imports", ids={"run_id": "failed"}),
    _dialog("imports:run", state="held", who="imports", ids={"run_id": "held_run"}, act=acts.unfold),
    _dialog("imports:run", state="preview", who="imports", ids={"run_id": "preview"}),
    _dialog("imports:ask", state="under-way", who="imports", ids={"connection_id": "slow"}, act=acts.begin_import),
    View(address="imports:history"),
    View(address="imports:history", state="failed", who="imports", ids={"connection_id": "fails"}),
    View(address="imports:history", state="waiting", who="imports", ids={"connection_id": "shrunken"}),
    View(address="imports:history", state="never", ids={"connection_id": "connectwise"}),
    View(address="imports:history", state="many", who="many", ids={"connection_id": "many"}),
    View(address="imports:detail"),
    View(address="imports:detail", state="held", who="imports", ids={"run_id": "held_run"}),
    View(address="imports:detail", state="failed", who="imports", ids={"run_id": "failed"}),
    View(address="imports:detail", state="nobody-found", query="?q=zzz"),
    View(address="imports:crm-users"),
    View(address="imports:crm-users", state="many", who="many", ids={"connection_id": "many"}),
    View(address="imports:crm-users", state="nobody-found", query="?q=zzz"),
    View(address="imports:crm-users", state="never", ids={"connection_id": "connectwise"}),
    _dialog("imports:settings", over="imports:history"),
    _dialog("imports:settings", state="refused", over="imports:history", act=acts.refuse_number),
]
MAPPING = [
    _dialog("mapping:batches"),
    _dialog("mapping:batches", state="nothing", who="new", over=""),
    _dialog("mapping:agent-history"),
    _dialog("mapping:fallback", query="?connection={insightly}"),
    _dialog("mapping:leavers", query="?connection={insightly}"),
    View(address="mapping:leavers", state="nobody", query="?connection={connectwise}"),
    _dialog("mapping:unclaimed", query="?connection={insightly}"),
    _dialog("mapping:unclaimed", state="many", who="many", query="?connection={many}"),
    View(address="mapping:unclaimed", state="nobody", query="?connection={connectwise}"),
    View(address="mapping:unclaimed", state="no-connection", says=422),
    _dialog("mapping:aliases"),
    _dialog("mapping:aliases", state="preview", act=acts.preview_alias),
    View(address="mapping:aliases", state="read-only", who="look"),
    _dialog("mapping:file"),
    View(address="mapping:download", state="no-connection", says=422),
    _dialog("mapping:file", state="checked", act=acts.check_mapping_file),
]
PEOPLE = [
    View(address="organizations:people"),
    View(address="organizations:people", state="alone", who="new"),
    View(address="organizations:people", state="read-only", who="look"),
    View(address="organizations:people", state="many", who="many"),
    _dialog("organizations:invite", over="organizations:people"),
    _dialog("organizations:invite", state="refused", over="organizations:people", act=acts.send_empty),
    _dialog("organizations:invitation", over="organizations:people"),
    _dialog("organizations:role", over="organizations:people"),
    _dialog("organizations:remove", over="organizations:people"),
    View(address="organizations:agents"),
    View(address="organizations:agents", state="none", who="new"),
    View(address="organizations:agents", state="read-only", who="look"),
    View(address="organizations:agents", state="many", who="many"),
    View(address="organizations:agents", state="nobody-found", query="?q=zzz"),
    _dialog("organizations:add-agent", over="organizations:agents"),
    _dialog("organizations:add-agent", state="refused", over="organizations:agents", act=acts.send_bad_agent),
    _dialog("organizations:edit-agent", over="organizations:agents"),
    _dialog("organizations:import-agents", over="organizations:agents"),
    _dialog("organizations:import-agents", state="preview", over="organizations:agents", act=acts.preview_agents),
    View(address="organizations:operator"),
    View(address="organizations:operator", state="nothing-found", query="?q=zzz"),
    _dialog("organizations:add-organization", over="organizations:operator"),
    _dialog("organizations:add-organization", state="made", over="organizations:operator", act=acts.add_organization),
    _dialog("organizations:change-organization", over="organizations:operator"),
]
ACCOUNT = [
    View(address="organizations:account"),
    View(address="organizations:account", state="guarded", who="guarded"),
    View(address="organizations:account", state="switcher", who="both", act=acts.own_menu),
    View(address="organizations:account", state="single-sign-on", who="single"),
    _dialog("organizations:change-password", over="organizations:account"),
    _dialog("organizations:change-password", state="refused", over="organizations:account", act=acts.send_empty),
    View(address="organizations:change-password", state="none", who="single", says=422),
    _dialog("organizations:turn-on", over="organizations:account"),
    _dialog("organizations:turn-on", state="on", who="guarding", over="organizations:account", act=acts.turn_on),
    _dialog("organizations:turn-off", who="guarded", over="organizations:account"),
    _dialog("organizations:recovery-codes", who="guarded", over="organizations:account"),
    View(address="notices:all"),
    View(address="notices:all", state="none", who="new"),
    View(address="notices:all", state="trouble", who="trouble"),
    View(address="notices:all", state="many", who="many"),
]
PROGRAMS = [
    View(address="tokens:tokens"),
    View(address="tokens:tokens", state="none", who="new"),
    View(address="tokens:tokens", state="many", who="many"),
    _dialog("tokens:add", over="tokens:tokens"),
    _dialog("tokens:add", state="refused", over="tokens:tokens", act=acts.send_empty),
    _dialog("tokens:add", state="made", over="tokens:tokens", act=acts.make_token),
    _dialog("tokens:revoke", over="tokens:tokens"),
    View(address="events:webhooks"),
    View(address="events:webhooks", state="none", who="new"),
    _dialog("events:add", over="events:webhooks"),
    _dialog("events:add", state="refused", over="events:webhooks", act=acts.send_empty),
    View(address="events:show"),
    View(address="events:show", state="failing", ids={"subscription_id": "failing"}),
    View(address="events:show", state="off", ids={"subscription_id": "off"}),
    _dialog("events:change", over="events:show"),
    _dialog("events:rotate", over="events:show"),
    _dialog("events:rotate", state="made", over="events:show", act=acts.confirm),
    _dialog("events:delete", over="events:show"),
    View(address="audit:log", printed=True),
    View(address="audit:log", state="new", who="new"),
    View(address="audit:log", state="nothing-found", query="?since=2001-01-01&until=2001-01-02"),
    View(address="audit:log", state="many", who="many"),
    View(address="audit:timeline", printed=True),
    View(address="audit:timeline", state="trouble", who="trouble", ids={"connection_id": "broken"}),
    View(address="audit:timeline", state="nothing", who="trouble", ids={"connection_id": "begun"}),
]
OUTSIDE = [
    View(address="organizations:sign-in", who=""),
    View(address="organizations:sign-in", state="refused", who="", act=acts.sign_in_wrongly),
    View(address="organizations:second-step", who="", act=acts.first_step),
    View(address="organizations:sso", who="", state="unreachable"),
    View(address="organizations:sso-back", who="", state="expired"),
    View(address="organizations:forgotten", who=""),
    View(address="organizations:forgotten", state="asked", who="", act=acts.ask_for_link),
    View(address="{new_password}", state="new-password", who=""),
    View(address="organizations:new-password", state="used", who="", ids={"token": "nobody"}),
    View(address="{sign_in_link}", state="sign-in-link", who=""),
    View(address="organizations:sign-in-link", state="closed", who="", ids={"token": "nobody"}, says=404),
    View(address="organizations:accept", who=""),
    View(address="organizations:accept", state="known", who="", ids={"token": "known"}),
    View(address="organizations:accept", state="join", who="new", ids={"token": "known"}),
    View(address="organizations:accept", state="other", ids={"token": "known"}),
    View(address="organizations:accept", state="closed", who="", ids={"token": "nobody"}, says=404),
    View(address="organizations:set-up", who="", says=403),
]
ERRORS = [
    View(address="/nothing-here/", says=404),
    View(address="events:webhooks", state="not-allowed", who="look", says=403),
    View(address="organizations:sign-in", state="out-of-date", who="", act=acts.outdated, says=403),
]
OPENED = [*MANAGE, *CONNECTIONS, *CHECKS, *IMPORTS, *MAPPING, *PEOPLE, *ACCOUNT, *PROGRAMS, *OUTSIDE, *ERRORS]
#: A dialog is a page of its own, too, where a browser runs no scripts; what was done in it looks the same there.
#: Of a portal that has nobody in it and sends no mail; in this order, for at the last its database is gone.
BARE = [
    View(address="{set_up}", state="set-up", who=""),
    View(address="{set_up}", state="set-up-refused", who="", act=acts.set_up_nothing, says=422),
    View(address="organizations:sign-in", state="nobody-yet", who=""),
    View(address="organizations:forgotten", state="no-mail", who=""),
    View(address="{elsewhere}", state="not-understood", who="", says=400),
    View(address="organizations:sign-in", state="broken", who="", act=acts.break_database, says=500),
]
VIEWS = [*OPENED, *(replace(view, over="", alone=True) for view in OPENED if view.over and view.act is None)]
