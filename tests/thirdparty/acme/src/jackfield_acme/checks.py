"""The systems check of Acme CRM: a few small requests, which change nothing."""

from jackfield.steps import contact_lookup_step, list_users_step, reach_step, sign_in_step
from jackfield_acme import protocol

STEPS = (
    reach_step("Acme CRM", protocol.me),
    sign_in_step(protocol.holder),
    list_users_step(protocol.list_users, permission="People: view"),
    contact_lookup_step(protocol.search, permission="Contacts: view"),
)
