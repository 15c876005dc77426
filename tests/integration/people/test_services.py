"""What services about people allow, refuse and record."""

from __future__ import annotations

import datetime

import pytest
from django.core.files.base import ContentFile

from ledger.models import Event, EventText
from ledger.rules.errors import Refused
from people.models import User
from people.models.access import Role
from people.services import appointments, documents, organisations, posts, roles, users
from tests.factories import people as make

pytestmark = pytest.mark.django_db

ON = datetime.date(2019, 4, 17)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def by():
    return make.actor(make.administrator())


def verbs() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("verb", flat=True))


def test_an_account_keeps_its_personal_data_out_of_the_event(by, at):
    user = users.create(email="Aminah@Example.org ", name=" Aminah ", by=by, at=at)
    assert (user.email, user.name) == ("aminah@example.org", "Aminah")
    assert not user.has_usable_password()
    event = Event.objects.get(verb="user.created")
    assert "aminah" not in str(event.data).lower()
    assert dict(EventText.objects.values_list("field", "text")) == {
        "email": "aminah@example.org",
        "name": "Aminah",
    }


@pytest.mark.parametrize(
    ("email", "name", "refusal", "field"),
    [
        ("TAKEN@example.org", "A", users.EmailTaken, "email"),
        ("no address", "A", users.EmailUnusable, "email"),
        ("a@example.org", "  ", users.NameMissing, "name"),
    ],
)
def test_accounts_that_cannot_be_made(by, at, email, name, refusal, field):
    make.outsider(email="taken@example.org")
    with pytest.raises(refusal) as refused:
        users.create(email=email, name=name, by=by, at=at)
    assert field in refused.value.fields
    assert "user.created" not in verbs()


def test_two_organisations_of_one_name_are_refused(by, at):
    organisations.create(name="Health", sector="public", by=by, at=at)
    with pytest.raises(organisations.NameTaken):
        organisations.create(name=" health", sector="public", by=by, at=at)
    with pytest.raises(organisations.SectorUnknown):
        organisations.create(name="Other", sector="secret", by=by, at=at)


def test_an_organisation_is_succeeded_once(by, at):
    old, new, third = (make.OrganisationFactory() for _ in range(3))
    organisations.succeed(organisation=old, successor=new, on=ON, by=by, at=at)
    with pytest.raises(organisations.AlreadySucceeded):
        organisations.succeed(organisation=old, successor=third, on=ON, by=by, at=at)
    with pytest.raises(organisations.OwnSuccessor):
        organisations.succeed(organisation=new, successor=new, on=ON, by=by, at=at)
    assert verbs() == ["organisation.succeeded"]


def test_one_substantive_holder_at_a_time_and_any_number_acting(by, at):
    post = posts.create(organisation=make.OrganisationFactory(), title="Chair", by=by, at=at)
    first, second, third = (make.outsider() for _ in range(3))
    held = appointments.appoint(post=post, user=first, starts_on=ON, by=by, at=at)
    with pytest.raises(appointments.Occupied):
        appointments.appoint(post=post, user=second, starts_on=ON + 9 * DAY, by=by, at=at)
    appointments.appoint(post=post, user=second, starts_on=ON, acting=True, by=by, at=at)
    appointments.appoint(post=post, user=third, starts_on=ON, acting=True, by=by, at=at)
    appointments.end(appointment=held, ends_on=ON + 4 * DAY, by=by, at=at)
    with pytest.raises(appointments.Occupied):
        appointments.appoint(post=post, user=make.outsider(), starts_on=ON + 4 * DAY, by=by, at=at)
    appointments.appoint(post=post, user=make.outsider(), starts_on=ON + 5 * DAY, by=by, at=at)


def test_a_closed_term_before_another_is_no_conflict(by, at):
    later = make.AppointmentFactory(starts_on=ON + 9 * DAY)
    appointments.appoint(
        post=later.post, user=make.outsider(), starts_on=ON, ends_on=ON + 8 * DAY, by=by, at=at
    )
    with pytest.raises(appointments.Occupied):
        appointments.appoint(
            post=later.post, user=make.outsider(), starts_on=ON, ends_on=ON + 9 * DAY, by=by, at=at
        )


def test_appointments_that_make_no_sense(by, at):
    held = make.AppointmentFactory()
    gone = make.PostFactory(abolished_on=ON)
    user = make.outsider()
    cases = [
        (appointments.AlreadyAppointed, {"post": held.post, "user": held.user}),
        (appointments.Abolished, {"post": gone, "user": user}),
        (appointments.CannotHold, {"post": make.PostFactory(), "user": make.integrator()}),
        (
            appointments.WrongDates,
            {"post": make.PostFactory(), "user": user, "ends_on": ON - DAY},
        ),
    ]
    for refusal, given in cases:
        with pytest.raises(refusal):
            appointments.appoint(starts_on=ON, by=by, at=at, **given)
    with pytest.raises(appointments.WrongDates):
        appointments.end(appointment=held, ends_on=held.starts_on - DAY, by=by, at=at)
    appointments.end(appointment=held, ends_on=ON, by=by, at=at)
    with pytest.raises(appointments.AlreadyEnded):
        appointments.end(appointment=held, ends_on=ON, by=by, at=at)
    assert verbs() == ["appointment.ended"]


def test_a_role_given_twice_is_one_grant(by, at):
    user = make.outsider()
    first = roles.grant(user=user, role=Role.DELIVERY_UNIT, by=by, at=at)
    assert roles.grant(user=user, role=Role.DELIVERY_UNIT, by=by, at=at) == first
    assert verbs() == ["role.granted"]


def test_an_auditor_is_independent(by, at):
    with pytest.raises(roles.AuditsThemselves):
        roles.grant(user=make.auditor(), role=Role.DELIVERY_UNIT, by=by, at=at)
    with pytest.raises(roles.AuditsThemselves):
        roles.grant(user=make.delivery_unit(), role=Role.AUDITOR, by=by, at=at)


def test_someone_stays_administrator(by, at):
    administrator = User.objects.get(pk=by.user_id)
    with pytest.raises(roles.LastAdministrator):
        roles.withdraw(user=administrator, role=Role.ADMINISTRATOR, by=by, at=at)
    with pytest.raises(roles.LastAdministrator):
        users.deactivate(user=administrator, by=by, at=at)
    make.administrator()
    roles.withdraw(user=administrator, role=Role.ADMINISTRATOR, by=by, at=at)
    with pytest.raises(roles.NotHeld):
        roles.withdraw(user=administrator, role=Role.ADMINISTRATOR, by=by, at=at)


PDF = b"%PDF-1.7 minutes"


def test_a_document_keeps_its_digest(by, at, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    kept = documents.store(file=ContentFile(PDF, name="C:\\minutes\\Signed.PDF"), by=by, at=at)
    assert (kept.name, kept.content_type, kept.size) == ("Signed.PDF", "application/pdf", len(PDF))
    assert len(kept.sha256) == 64
    assert "Signed" not in kept.file.name
    with kept.file.open() as file:
        assert file.read() == PDF
    assert Event.objects.get().data["sha256"] == kept.sha256


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<script>"),
        ("minute.pdf", b"<script>alert(1)</script>"),
        ("photo.png", PDF),
        ("notes.txt", b"\x00\x01"),
        ("noending", PDF),
        ("empty.pdf", b""),
        ("large.pdf", PDF + b" " * documents.LARGEST),
    ],
)
def test_other_files_are_refused(by, at, settings, tmp_path, name, content):
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(Refused) as refused:
        documents.store(file=ContentFile(content, name=name), by=by, at=at)
    assert "document" in refused.value.fields
    assert list(tmp_path.rglob("*")) == []
