"""Dialogs around a connection's settings: add, edit, rename."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jackfield import JackfieldError, SettingsError
from jackfield_portal.connections import platforms, saving, services
from jackfield_portal.connections.forms import NameForm, SettingsForm
from jackfield_portal.connections.instructions import as_html
from jackfield_portal.connections.models import Connection
from jackfield_portal.errors import PortalError
from jackfield_portal.organizations import access
from jackfield_portal.organizations.models import User
from jackfield_portal.spoken import spoken
from jackfield_portal.web import dialogs

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from jackfield import Connector

__all__ = ["add", "found", "rename", "repair", "settings", "settings_dialog", "settings_form"]


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """The dialog Add New CRM Platform; saving it leads on to the settings."""
    organization = access.administrator(request).organization
    problem = None
    if request.method == "POST":
        try:
            connection = services.add(organization, request.POST.get("platform", ""))
        except PortalError as failure:
            problem = failure
        else:
            return dialogs.trigger(settings_dialog(request, connection), "connections-changed")
    context = {"title": _("Add New CRM Platform"), "offers": platforms.offers(organization), "problem": problem}
    return dialogs.render(request, "connections/add.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """The dialog Edit ... Connection Settings."""
    connection = found(request, connection_id)
    if request.method == "GET":
        return settings_dialog(request, connection)
    try:
        connector = services.connector_of(connection)
        form = settings_form(connection, connector, request.POST)
        if _cleared(request, connection, form):
            return settings_dialog(request, connection)
        by = request.user if isinstance(request.user, User) else None
        saved = services.save_settings(connection, form.given(), clear=form.cleared(), by=by)
    except SettingsError as refused:
        form.show(refused.problems)
        saving.remember(connection, form.given(), refused.problems)
        return settings_dialog(request, connection, form=form, refused=refused)
    except (JackfieldError, PortalError) as failure:
        return dialogs.trouble(request, failure, title=_title(connection))
    _tell(request, form, saved)
    return dialogs.close(request, "connections-changed")


@require_POST
def repair(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """What the connector makes of the addresses that were entered: repaired fields, or what is wrong with them."""
    connection = found(request, connection_id)
    changed = request.GET.get("field", "")
    try:
        connector = services.connector_of(connection)
        form = settings_form(connection, connector, request.POST)
        given = form.given()
        try:
            parsed = saving.preview(connection, given, begun=True)
        except SettingsError as refused:
            problems = [problem for problem in refused.problems if given.get(problem.field or "", "").strip()]
            form.show(problems)
            return _fields(request, form, {name: "" for name in form.addresses() if name in (changed, *form.errors)})
    except (JackfieldError, PortalError):
        return HttpResponse(status=204)  # saving will say it
    repaired = {name: repair.after for name, repair in parsed.repaired.items() if name in form.fields}
    shown = SettingsForm(connector, connection=connection.id, data={**given, **repaired})
    shown.warn(parsed.warnings)
    notes = dict.fromkeys([changed] if changed in shown.fields else [], "")
    notes |= {name: _note(given.get(name, "")) for name in repaired}
    return _fields(request, shown, notes)


@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Give a connection another name."""
    connection = found(request, connection_id)
    form = NameForm(request.POST or None, initial={"name": connection.name})
    if request.method == "POST" and form.is_valid():
        try:
            services.rename(connection, form.cleaned_data["name"])
        except PortalError as failure:
            return dialogs.trouble(request, failure, title=_("Rename connection"))
        messages.success(request, _("The connection is now called %(name)s.") % {"name": connection.name})
        return dialogs.close(request, "connections-changed")
    context = {"title": _("Rename connection"), "form": form}
    return dialogs.render(request, "connections/rename.html", context, status=422 if form.errors else 200)


def found(request: HttpRequest, connection_id: UUID) -> Connection:
    """The connection, for an administrator of its organization; like none for everybody else."""
    try:
        return services.get(access.administrator(request).organization, connection_id)
    except Connection.DoesNotExist:
        raise Http404 from None


def _title(connection: Connection) -> str:
    return _("Edit %(title)s Connection Settings") % {"title": services.title(connection)}


def settings_form(connection: Connection, connector: Connector, data: Any = None) -> SettingsForm:
    """The form of a connection's settings, with what is stored or was begun."""
    version = services.newest(connection)
    return SettingsForm(
        connector,
        connection=connection.id,
        values=version.values if version else connection.begun,
        stored=services.stored_secrets(connection),
        data=data,
    )


def _stored(connection: Connection, connector: Connector) -> SettingsForm:
    """The form with what is stored, and what there is to say about it."""
    form, version = settings_form(connection, connector), services.newest(connection)
    with suppress(JackfieldError, PortalError):  # saving will say it
        form.warn(saving.preview(connection, version.values).warnings if version else ())
    return form


def settings_dialog(
    request: HttpRequest,
    connection: Connection,
    *,
    form: SettingsForm | None = None,
    refused: SettingsError | None = None,
) -> HttpResponse:
    """The dialog with a connection's settings and the connector's instructions, the place ``at`` of them marked."""
    try:
        connector = services.connector_of(connection)
    except (JackfieldError, PortalError) as failure:
        return dialogs.trouble(request, failure, title=_title(connection))
    form = form or _stored(connection, connector)
    context = {
        "title": _title(connection),
        "connection": connection,
        "form": form,
        "missing": saving.missing(connection),
        "marked": refused is not None and bool(form.errors),
        "instructions": as_html(spoken(connector.platform.instructions), request.GET.get("at", "")),
        "touches": services.belongings(connection)["mappings"] if services.live(connection) else None,
        "resumed": bool(connection.begun) and refused is None,
        "hidden": ", ".join(field.title for field in form.drawn if field.secret),
        "docs_url": connector.platform.docs_url,
    }
    return dialogs.render(request, "connections/settings.html", context, status=422 if refused else 200)


def _cleared(request: HttpRequest, connection: Connection, form: SettingsForm) -> bool:
    """A needed secret that is only to be cleared is deleted at once: there is nothing to check in its place."""
    given = form.given()
    needed = [
        field
        for field in form.drawn
        if field.required and field.name in form.cleared() and not given[field.name].strip()
    ]
    if needed:
        services.clear_secrets(connection, [field.name for field in needed])
        names = ", ".join(field.title for field in needed)
        messages.warning(
            request, _("The stored %(names)s is deleted. Enter a new one to connect again.") % {"names": names}
        )
    return bool(needed)


def _tell(request: HttpRequest, form: SettingsForm, saved: services.Saved) -> None:
    if saved.changed:
        said = _("Settings saved. Now run the Systems Check: they are put to use once it has passed.")
    else:
        said = _("Nothing was changed.")
    messages.success(request, said)
    titles = {field.name: field.title for field in form.drawn}
    for name, repair in saved.repaired.items():
        messages.info(request, _("%(field)s was completed: %(value)s") % {"field": titles[name], "value": repair.after})


def _note(before: str) -> str:
    return _("Completed from what you entered.") if before.strip() else _("Filled in from the other address.")


def _fields(request: HttpRequest, form: SettingsForm, notes: dict[str, str]) -> HttpResponse:
    """The fields of the notes anew; of the other addresses, into which somebody may be typing, what is said of them."""
    context = {
        "fields": [(form[name], note) for name, note in notes.items()],
        "others": [form[name] for name in form.addresses() if name not in notes and not form.errors],
        "told": [f"{form[name].label}: {said}" for name, note in notes.items() for said in _said(form, name, note)],
    }
    return render(request, "connections/repaired.html", context)


def _said(form: SettingsForm, name: str, note: str) -> list[str]:
    warnings = [
        f"{spoken(warning.message)} {spoken(warning.remedy)}" for warning in getattr(form.fields[name], "warnings", ())
    ]
    return [text for text in (note, *form.errors.get(name, ()), *warnings) if text]
