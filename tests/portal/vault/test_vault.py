from __future__ import annotations

import uuid

import pytest

from jackfield_portal.errors import PortalError
from jackfield_portal.home import vault_key_path
from jackfield_portal.vault import services as vault
from jackfield_portal.vault.models import Secret

pytestmark = pytest.mark.django_db


def a_place() -> vault.Place:
    return vault.Place(organization=uuid.uuid4(), connection=uuid.uuid4(), version=uuid.uuid4())


def test_gives_back_what_was_put_in() -> None:
    """A secret comes out of the vault as it went in."""
    place = a_place()
    vault.put(place, "token", "sesame-555")
    assert vault.opened(place) == {"token": "sesame-555"}


def test_lies_encrypted() -> None:
    """What lies in the database does not hold the secret."""
    vault.put(a_place(), "token", "sesame-555")
    assert "sesame-555" not in Secret.objects.get().token


@pytest.mark.parametrize("column", ["organization_id", "connection_id", "field"])
def test_moved_ciphertext_does_not_open(column: str) -> None:
    """A ciphertext that was copied to another organization, connection or field is refused."""
    place = a_place()
    vault.put(place, "token", "sesame-555")
    row = Secret.objects.get()
    setattr(row, column, "other" if column == "field" else uuid.uuid4())
    row.save()
    moved = vault.Place(organization=row.organization_id, connection=row.connection_id, version=row.version_id)
    with pytest.raises(PortalError, match="cannot be opened"):
        vault.opened(moved)


def test_rotation_encrypts_all_again() -> None:
    """After a rotation every secret is under a new key, and reads as before."""
    place = a_place()
    vault.put(place, "token", "sesame-555")
    before = Secret.objects.get().token
    assert vault.rotate() == 1
    after = Secret.objects.get().token
    assert before.split("|")[1] != after.split("|")[1]
    assert vault.opened(place) == {"token": "sesame-555"}


def test_backup_opens_after_rotation() -> None:
    """A token from before the rotation, as a backup holds it, still opens."""
    place = a_place()
    vault.put(place, "token", "sesame-555")
    old = Secret.objects.get().token
    vault.rotate()
    Secret.objects.update(token=old)
    assert vault.opened(place) == {"token": "sesame-555"}


def test_copy_keeps_the_secret_for_another_version() -> None:
    """A kept secret opens for the next version of the same connection."""
    place = a_place()
    vault.put(place, "token", "sesame-555")
    following = vault.Place(organization=place.organization, connection=place.connection, version=uuid.uuid4())
    vault.copy(place, following, ["token"])
    assert vault.opened(following) == {"token": "sesame-555"}


def test_key_file_is_private() -> None:
    """Only its owner can read the key file."""
    vault.put(a_place(), "token", "sesame-555")
    assert vault_key_path().stat().st_mode & 0o777 == 0o600


def test_missing_key_file_is_one_sentence() -> None:
    """Without the key file, the sentence says what to put back."""
    place = a_place()
    vault.put(place, "token", "sesame-555")
    vault_key_path().unlink()
    with pytest.raises(PortalError) as caught:
        vault.opened(place)
    assert "vault.key" in caught.value.remedy


def test_lost_key_is_never_replaced_silently() -> None:
    """While secrets lie under a lost key, no new key is made."""
    vault.put(a_place(), "token", "sesame-555")
    vault_key_path().unlink()
    with pytest.raises(PortalError, match="key file"):
        vault.put(a_place(), "token", "another")
    assert not vault_key_path().exists()


@pytest.mark.parametrize("content", ["rubbish", "k1 AAAA", "k1 not*base64", "\xff"])
def test_damaged_key_file_is_one_sentence(content: str) -> None:
    """A damaged key file gets a sentence that names it, whatever the damage."""
    place = a_place()
    vault.put(place, "token", "sesame-555")
    vault_key_path().write_text(content, encoding="latin-1")
    with pytest.raises(PortalError, match=r"vault\.key in the data folder (is damaged|cannot be read)"):
        vault.opened(place)


def test_truncated_key_file_is_one_sentence() -> None:
    """Of a key file that lost its end or all it held, the sentence says what to put back."""
    place = a_place()
    vault.put(place, "token", "sesame-555")
    whole = vault_key_path().read_text()
    for length in range(len(whole) - 1):
        vault_key_path().write_text(whole[:length])
        with pytest.raises(PortalError):
            vault.opened(place)


@pytest.mark.parametrize("rights", [0o640, 0o604, 0o644])
def test_key_file_that_others_can_read_is_refused(rights: int) -> None:
    """A key that others can read is not used; the sentence says how to take that right from them."""
    place = a_place()
    vault.put(place, "token", "sesame-555")
    vault_key_path().chmod(rights)
    with pytest.raises(PortalError, match=r"Others can read .*chmod 600 vault\.key"):
        vault.opened(place)


def test_other_key_is_one_sentence() -> None:
    """A key file of another installation does not open the secrets, and says so."""
    place = a_place()
    vault.put(place, "token", "sesame-555")
    vault_key_path().unlink()
    Secret.objects.all().delete()
    vault.put(a_place(), "token", "x")
    Secret.objects.create(
        organization_id=place.organization,
        connection_id=place.connection,
        version_id=place.version,
        field="token",
        token="1|0000|AAAAAAAAAAAAAAAA|AAAAAAAAAAAAAAAAAAAAAAAA",
    )
    with pytest.raises(PortalError, match="cannot be opened"):
        vault.opened(place)
