"""``jackfield form``: what an admin is asked for, in the terminal, as data and as a page."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ended

PLUG = """
from typing import Literal
from jackfield import Platform, UserPage, hookimpl
from jackfield.settings import BaseUrl, ConnectionSettings, Secret, Text, setting

class PlugSettings(ConnectionSettings):
    key: Secret = setting("API <Key>", help="Under Profile & more.", example="0000-5550")
    endpoint: BaseUrl = setting("Endpoint", help="Where the API is.", example="https://example.com/")
    region: Literal["eu", "us"] = setting("Region", help="Where the data lies.", example="us", default="eu")
    product: Secret = setting("Product ID", help="Of this product.", example="p-5550", deployment=True)

@hookimpl
def platform():
    text = "# Where\\n\\nUnder **Profile**. <script>alert(1)</script> ![x](https://example.com/x.png)"
    return Platform(id="plug", title="Plug & Co", instructions=text, docs_url="https://example.com/docs")

@hookimpl
def connection_schema():
    return PlugSettings

@hookimpl
def systems_check():
    return []

@hookimpl
async def import_users():
    yield UserPage(users=())
"""


@pytest.fixture
def form(jackfield: Callable[..., Ended], package: Callable[..., None]) -> Callable[..., Ended]:
    """The form of a connector that is installed for this test."""
    package("plug", PLUG, "[jackfield.connectors]\nplug = plug\n")
    return lambda *words: jackfield("form", "plug", *words)


class Page(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.text += data

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        """The attributes of these elements."""
        return [attributes for tag, attributes in self.elements if tag in tags]


@pytest.fixture
def page(form: Callable[..., Ended], tmp_path: Path) -> Page:
    """The page that the command writes."""
    ended = form("--html", str(tmp_path / "form.html"))
    assert (ended.status, ended.out) == (0, f"The form of Plug & Co is shown in {tmp_path / 'form.html'}.\n")
    return Page((tmp_path / "form.html").read_text("utf-8"))


def test_fields_are_told_in_the_order_of_the_form(form: Callable[..., Ended]) -> None:
    """Label, kind, whether it is needed, help, example, choices and default; then what the deployment sets."""
    ended = form()
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.partition("\nBeside the form:")[0] == (
        "Plug & Co: what an admin is asked for\n"
        "\n1. API <Key> (secret, required)\n   Under Profile & more.\n   Example: 0000-5550\n"
        "\n2. Endpoint (web address, required)\n   Where the API is.\n   Example: https://example.com/\n"
        "\n3. Region (choice, may be left blank)\n   Where the data lies.\n   One of: eu, us\n   Example: us\n"
        "   Unless filled in: eu\n"
        "\nSet by the deployment, on no form:\n"
        "   Product ID (secret, required), in JACKFIELD_PLUG_PRODUCT\n      Of this product.\n"
    )


def test_scripts_read_the_form_as_data(form: Callable[..., Ended]) -> None:
    """The same as JSON: the form's fields, the deployment's, and the instructions."""
    told = form("--json").json
    assert [field["name"] for field in told["fields"]] == ["key", "endpoint", "region"]
    assert told["fields"][2]["choices"] == ["eu", "us"]
    assert [(field["name"], field["variable"]) for field in told["deployment"]] == [
        ("product", "JACKFIELD_PLUG_PRODUCT")
    ]
    assert told["instructions"].startswith("# Where")


def test_every_field_of_the_page_has_a_label_and_its_help(page: Page) -> None:
    """Whoever hears the page learns what each field is and what belongs into it."""
    fields, ids = page.all("input", "select"), {attributes.get("id") for _, attributes in page.elements}
    assert (
        [field["id"] for field in fields]
        == [label["for"] for label in page.all("label")]
        == ["key", "endpoint", "region"]
    )
    assert {field["aria-describedby"] for field in fields} <= ids
    assert [field.get("type") for field in fields] == ["password", "url", None]
    assert ["required" in field for field in fields] == [True, True, False]


def test_page_stands_alone(page: Page) -> None:
    """It loads nothing and runs nothing; it has a language, a title and one first heading."""
    assert page.all("script", "link", "img", "iframe") == []
    assert [attributes["lang"] for attributes in page.all("html")] == ["en"]
    assert (len(page.all("title")), len(page.all("h1")), len(page.all("main"))) == (1, 1, 1)
    assert [tag for tag, _ in page.elements if tag.startswith("h") and tag[1:].isdigit()] == ["h1", "h2", "h2", "h3"]


def test_texts_of_a_connector_are_texts(page: Page) -> None:
    """Markup in labels and instructions is shown, not drawn; Markdown is drawn."""
    assert ("API <Key> (required)" in page.text, "<script>alert(1)</script>" in page.text) == (True, True)
    assert len(page.all("strong")) == 2


def test_page_that_cannot_be_written_is_told(form: Callable[..., Ended], tmp_path: Path) -> None:
    """A folder that is not there is one sentence with what to do."""
    ended = form("--html", str(tmp_path / "nowhere" / "form.html"))
    assert (ended.status, ended.err) == (
        1,
        "Error: The page cannot be written: No such file or directory.\nChoose another file.\n",
    )


@pytest.mark.parametrize("platform", ["insightly", "connectwise"])
def test_installed_connectors_have_a_form(jackfield: Callable[..., Ended], platform: str) -> None:
    """Every field of every connector of ours says what it is for, and shows an example."""
    fields = jackfield("form", platform, "--json").json["fields"]
    assert fields != []
    assert [field["name"] for field in fields if not (field["label"] and field["help"] and field["example"])] == []
