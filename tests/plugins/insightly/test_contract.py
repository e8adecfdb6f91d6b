"""The connector contract, clause by clause, on Insightly."""

from __future__ import annotations

from tests.contract.suite import ConnectorContract


class TestInsightly(ConnectorContract):
    """Every clause of the contract."""

    platform = "insightly"
    repairable = {
        "endpoint": ("https://crm.na1.insightly.com/home", "api.na1.insightly.com", "https://api.na1.insightly.com/"),
        "details_link": ("https://crm.na1.insightly.com/details/contact/1", "https://api.na1.insightly.com/v3.1/"),
    }
    missing_rights = {
        "list_users": {"key_holder": "user", "users_forbidden_for_non_admin": "on"},
        "contact_lookup": {"contacts_forbidden": "on"},
    }
    known_number = ("+14045550150", "+1 404-555-0150", "0014045550150")
    moving = {"listing": "moving"}
    endless = {"listing": "endless"}
