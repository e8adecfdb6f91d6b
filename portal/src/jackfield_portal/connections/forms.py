"""The connector's schema as a Django form. Django draws it and escapes it; the connector alone judges the values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from jackfield_portal.connections.schemas import OPERATORS, Field, fields_of
from jackfield_portal.spoken import spoken

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from jackfield import Connector, Problem

__all__ = ["CLEAR", "NameForm", "SecretsForm", "SettingsForm"]

#: Before the name of a secret: the tick that has the stored one deleted.
CLEAR = "clear-"


class AddressField(forms.CharField):
    """A web address, which the connector looks at while the form is filled in."""

    watched = True
    warnings: tuple[Problem, ...] = ()


class NameForm(forms.Form):
    """A connection's own name."""

    name = forms.CharField(label=_lazy("Name"), max_length=200)


class SecretsForm(forms.Form):
    """The secret settings alone, for whoever was sent a link; nothing that is stored or was entered is ever shown."""

    def __init__(self, drawn: Sequence[Field], data: Any = None) -> None:
        super().__init__(data)
        for field in drawn:
            attributes = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}
            if field.required:
                attributes["aria-required"] = "true"
            self.fields[field.name] = forms.CharField(
                label=field.title,
                help_text=field.help,
                required=False,
                widget=forms.PasswordInput(attrs=attributes, render_value=False),
            )

    def given(self) -> dict[str, str]:
        """What was entered."""
        return {name: str(self.data.get(name, "")) for name in self.fields}

    def show(self, problems: Sequence[Problem]) -> bool:
        """Put each problem beside its field; whether all of them have one here."""
        self.full_clean()
        for problem in problems:
            if problem.field in self.fields:
                self.add_error(problem.field, forms.ValidationError(_sentences(problem)))
        return all(problem.field in self.fields for problem in problems)


class SettingsForm(forms.Form):
    """The form of a connection's settings; ``stored`` are the secrets that are there, never what they are."""

    def __init__(
        self,
        connector: Connector,
        *,
        connection: UUID,
        values: Mapping[str, str] | None = None,
        stored: Collection[str] = (),
        data: Any = None,
    ) -> None:
        super().__init__(data, initial=dict(values or {}))
        self.drawn = fields_of(connector)
        self.repair_url = reverse("connections:repair", args=[connection])
        for field in self.drawn:
            self.fields[field.name] = self._drawn(field, stored=field.name in stored)
            if field.secret and field.name in stored:
                described = forms.CheckboxInput(attrs={"aria-describedby": f"label-{field.name}"})
                self.fields[CLEAR + field.name] = forms.BooleanField(
                    label=_("Clear the stored value"), required=False, widget=described
                )

    def given(self) -> dict[str, str]:
        """What was entered, blanks and all, of the fields that are drawn."""
        return {field.name: str(self.data.get(field.name, "")) for field in self.drawn if field.name in self.data}

    def cleared(self) -> frozenset[str]:
        """The secrets that are to be deleted."""
        return frozenset(field.name for field in self.drawn if field.secret and CLEAR + field.name in self.data)

    def show(self, problems: Sequence[Problem]) -> None:
        """Put each problem beside its field, and those without one above the form; the operator's are not its own."""
        self.full_clean()
        for problem in problems:
            if problem.code == OPERATORS:
                continue
            field = problem.field if problem.field in self.fields else None
            self.add_error(field, forms.ValidationError(_sentences(problem), code=problem.code))

    def warn(self, problems: Sequence[Problem]) -> None:
        """Put each warning beside its address; it hinders nothing."""
        for name, field in self.fields.items():
            if isinstance(field, AddressField):
                field.warnings = tuple(problem for problem in problems if problem.field == name)

    def addresses(self) -> list[str]:
        """The fields that hold a web address."""
        return [field.name for field in self.drawn if field.address]

    def _drawn(self, field: Field, *, stored: bool) -> forms.Field:
        attributes = self._attributes(field)
        options: dict[str, Any] = {"label": field.title, "help_text": field.help, "required": False}
        if field.secret:
            if stored:
                attributes["placeholder"] = _("A value is stored. Leave blank to keep it.")
                options["help_text"] = _("A value is stored. Leave blank to keep it.") + " " + field.help
            return forms.CharField(
                widget=forms.PasswordInput(attrs={**attributes, "autocomplete": "off"}, render_value=False), **options
            )
        if field.choices:
            choices = [(choice, spoken(choice)) for choice in field.choices]
            blank = [] if field.required else [("", "")]
            return forms.ChoiceField(choices=blank + choices, initial=field.default, **options)
        options["initial"] = field.default
        kind = AddressField if field.address else forms.CharField
        return kind(widget=forms.TextInput(attrs={**attributes, "autocomplete": "off"}), **options)

    def _attributes(self, field: Field) -> dict[str, str]:
        attributes = {"placeholder": field.example, "spellcheck": "false", "autocapitalize": "off"}
        if field.required:
            attributes["aria-required"] = "true"
        if field.address:
            described = [f"id_{field.name}_helptext"] if field.help else []
            attributes |= {"inputmode": "url", **self._repairing(field)}
            attributes["aria-describedby"] = " ".join([*described, f"said-{field.name}"])
        return attributes

    def _repairing(self, field: Field) -> dict[str, str]:
        """When an address has been entered, have the connector complete it and what it tells of the others."""
        sent = ",".join(other.name for other in self.drawn if not other.secret)
        return {
            "hx-post": f"{self.repair_url}?field={field.name}",
            "hx-trigger": "change",
            "hx-params": sent,
            "hx-target": "this",
            "hx-swap": "none",
            "hx-sync": "closest form:queue last",  # one after the other: no answer to older values comes late
        }


def _sentences(problem: Problem) -> str:
    """What is wrong and what to do, in the reader's language."""
    return f"{spoken(problem.message)} {spoken(problem.remedy)}"
