"""The connection form of Acme CRM."""

from jackfield.settings import BaseUrl, ConnectionSettings, Secret, WebRoot, setting


class AcmeSettings(ConnectionSettings):
    """The settings of one connection to Acme CRM."""

    api_key: Secret = setting("API Key", help="From Setup > Integrations > API Keys.", example="0555-0100-example-key")
    endpoint: BaseUrl = setting("Endpoint", help="Where Acme's API answers.", example="https://api.acme.example/v2/")
    details_link: WebRoot = setting(
        "CRM Details Link",
        help="What stands before /c/ in the address of a contact.",
        example="https://app.acme.example/",
    )
