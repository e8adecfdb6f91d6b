"""Suggestions: what is certain, what is not, and why."""

from __future__ import annotations

import pytest

from jackfield_portal.mapping.suggest import AgentFacts, Certainty, UserFacts, suggest


def agent(id_: int, name: str = "Ada Lane", email: str = "ada@example.com") -> AgentFacts:
    return AgentFacts(id=id_, name=name, email=email)


def user(id_: int, *emails: str, name: str = "Somebody Else", obstacle: str = "") -> UserFacts:
    return UserFacts(id=id_, name=name, emails=emails, obstacle=obstacle)


def verdict(agents: list[AgentFacts], users: list[UserFacts], **chosen: int) -> dict[object, tuple[str, str]]:
    found = suggest(agents, users, {int(agent[1:]): user for agent, user in chosen.items()})
    return {key: (str(suggestion.certainty), suggestion.reason) for key, suggestion in found.items()}


@pytest.mark.parametrize("email", ["ada@example.com", "Ada@Example.COM", "  ada@example.com\n", "\uff41da@example.com"])
def test_the_same_address_in_any_spelling_is_certain(email: str) -> None:
    """Case, blanks and wide letters make no difference between two e-mail addresses."""
    assert verdict([agent(1, email=email)], [user(7, "ada@example.com")]) == {1: ("certain", "same e-mail address")}


@pytest.mark.parametrize("blank", ["", " ", "none", "@"])
def test_blanks_never_match(blank: str) -> None:
    """Two people without an e-mail address are not the same person."""
    assert verdict([agent(1, email=blank)], [user(7, blank)]) == {}


def test_a_second_address_counts() -> None:
    """The user's other addresses are as good as the first."""
    assert suggest([agent(1)], [user(7, "x@example.com", "ada@example.com")], {})[1].candidates == (7,)


def test_several_users_with_the_address_are_a_conflict() -> None:
    """The first of several candidates is never taken; all are listed."""
    found = suggest([agent(1)], [user(7, "ada@example.com"), user(8, "ada@example.com")], {})[1]
    assert (found.certainty, found.candidates) == (Certainty.CONFLICT, (7, 8))


def test_two_agents_with_one_address_are_a_conflict() -> None:
    """Neither of two agents gets the user whose address both have."""
    expected = ("conflict", "2 agents have this e-mail address")
    assert verdict([agent(1), agent(2)], [user(7, "ada@example.com")]) == {1: expected, 2: expected}


def test_one_user_with_the_addresses_of_two_agents_is_a_conflict() -> None:
    """A user whose two addresses lead to two agents is taken for neither."""
    agents = [agent(1), agent(2, email="bo@example.com")]
    expected = ("conflict", "this CRM user has the addresses of 2 agents")
    assert verdict(agents, [user(7, "ada@example.com", "bo@example.com")]) == {1: expected, 2: expected}


def test_a_name_alone_is_uncertain() -> None:
    """The same name is offered, and never certain."""
    expected = {1: ("uncertain", "same name, no common e-mail address")}
    assert verdict([agent(1)], [user(7, "other@example.com", name="ADA  Lane")]) == expected


def test_a_name_never_beats_an_address() -> None:
    """Where the address says one user and the name another, the address wins."""
    users = [user(7, "other@example.com", name="Ada Lane"), user(8, "ada@example.com", name="Bo Hill")]
    assert suggest([agent(1)], users, {})[1].candidates == (8,)


def test_a_namesake_who_is_another_agent_is_not_offered() -> None:
    """A user who is another agent by his address is not offered for his name."""
    agents = [agent(1, email="a.lane@example.com"), agent(2, name="A. Lane")]
    assert suggest(agents, [user(7, "ada@example.com", name="Ada Lane")], {}).keys() == {2}


def test_several_namesakes_are_a_conflict() -> None:
    """Two users of the agent's name are listed as a conflict."""
    users = [user(7, name="Ada Lane"), user(8, name="Ada Lane")]
    assert verdict([agent(1)], users) == {1: ("conflict", "2 CRM users have this name")}


def test_an_inactive_user_is_uncertain() -> None:
    """The only user with the address is offered with what stands against him."""
    users = [user(7, "ada@example.com", obstacle="inactive in the CRM")]
    assert verdict([agent(1)], users) == {1: ("uncertain", "same e-mail address, but inactive in the CRM")}


def test_an_inactive_twin_makes_the_active_one_uncertain() -> None:
    """Where an unusable user shares the address, the usable one is offered, not taken."""
    users = [user(7, "ada@example.com", obstacle="inactive in the CRM"), user(8, "ada@example.com")]
    found = suggest([agent(1)], users, {})[1]
    assert (found.certainty, found.candidates) == (Certainty.UNCERTAIN, (8,))


def test_a_user_chosen_for_somebody_else_is_uncertain() -> None:
    """A user who is mapped to another agent already is not taken a second time."""
    agents = [agent(1), agent(2, email="bo@example.com")]
    expected = {1: ("uncertain", "same e-mail address, but chosen for another agent")}
    assert verdict(agents, [user(7, "ada@example.com")], a2=7) == expected


def test_an_agent_who_has_a_user_gets_no_suggestion() -> None:
    """What was chosen stands; nothing is suggested against it."""
    assert verdict([agent(1)], [user(7), user(8, "ada@example.com")], a1=7) == {}
