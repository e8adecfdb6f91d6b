"""The connector contract, clause by clause, on Insightly."""

from __future__ import annotations

from jackfield.testing import ConnectorContract


class TestInsightly(ConnectorContract):
    """Every clause of the contract; the forms and links are those of Insightly's own pages and help articles."""

    platform = "insightly"
    repairable = {
        "endpoint": ("https://crm.na1.insightly.com/home", "api.na1.insightly.com", "https://api.na1.insightly.com/"),
        "details_link": ("https://crm.na1.insightly.com/details/contact/1", "https://api.na1.insightly.com/v3.1/"),
    }
    links = {
        ("contact", "4711"): "https://crm.na1.insightly.com/details/contact/4711",
        ("lead", "4711"): "https://crm.na1.insightly.com/details/lead/4711",
        ("organisation", "4711"): "https://crm.na1.insightly.com/details/organisation/4711",
    }
