"""Users, organisations, posts, and one factory per persona.

Personas sign in with ``PASSWORD``. A persona who acts in a post holds it from
2000-01-01 on; ``post_of(user)`` gives it back.
"""

from __future__ import annotations

import datetime

import factory
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from ledger.rules.actors import Actor
from people.models import Appointment, Invitation, Organisation, Post, RoleGrant, User
from people.models.access import Role
from people.selectors import people
from people.selectors.actors import acting
from people.services import api_clients, invitations

PASSWORD = "correct horse battery"
AT = datetime.datetime(2019, 4, 17, 2, 0, tzinfo=datetime.UTC)
LONG_AGO = datetime.date(2000, 1, 1)


class UserFactory(factory.django.DjangoModelFactory):
    """A user with no post and no role: the outsider."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.LazyFunction(lambda: make_password(PASSWORD))


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Ministry {n}")
    short_name = factory.Sequence(lambda n: f"M{n}")


class PostFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Post

    organisation = factory.SubFactory(OrganisationFactory)
    title = factory.Sequence(lambda n: f"Director {n}")


class AppointmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Appointment
        skip_postgeneration_save = True

    post = factory.SubFactory(PostFactory)
    user = factory.SubFactory(UserFactory)
    starts_on = LONG_AGO

    @factory.post_generation
    def forget(self, create, extracted, **kwargs):
        people.forget(self.user)


class RoleGrantFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RoleGrant
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)
    role = Role.DELIVERY_UNIT
    granted_at = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)

    @factory.post_generation
    def forget(self, create, extracted, **kwargs):
        people.forget(self.user)


def holder(post: Post | None = None, *, acting: bool = False, **user: object) -> User:
    """A user who holds ``post`` (a new one if not given)."""
    appointment = AppointmentFactory(
        post=post or PostFactory(), user=UserFactory(**user), acting=acting
    )
    return appointment.user


def in_organisation(organisation: Organisation | None, title: str, **user: object) -> User:
    post = PostFactory(organisation=organisation or OrganisationFactory(), title=title)
    return holder(post, **user)


def with_role(role: str, **user: object) -> User:
    return RoleGrantFactory(role=role, user=UserFactory(**user)).user


def post_of(user: User, on: datetime.date = datetime.date(2019, 4, 17)) -> Post:
    """The post a persona holds."""
    return people.posts_of(user, on)[0]


def actor(user: User | None = None, post: Post | None = None) -> Actor:
    """The actor for a service: ``user`` in their post if they hold one."""
    if user is None:
        return Actor.system("test")
    held = people.posts_of(user, datetime.date(2019, 4, 17))
    return acting(user, post or (held[0] if held else None))


# Personas


def ministry_officer(organisation: Organisation | None = None, **user: object) -> User:
    return in_organisation(organisation, "Director, Planning", **user)


def verifier(organisation: Organisation | None = None, **user: object) -> User:
    return in_organisation(organisation, "Head, Statistics", **user)


def delivery_unit(**user: object) -> User:
    return with_role(Role.DELIVERY_UNIT, **user)


def administrator(**user: object) -> User:
    return with_role(Role.ADMINISTRATOR, **user)


def auditor(**user: object) -> User:
    return with_role(Role.AUDITOR, **user)


def secretary(organisation: Organisation | None = None, **user: object) -> User:
    return in_organisation(organisation, "Secretary", **user)


def member(organisation: Organisation | None = None, **user: object) -> User:
    return in_organisation(organisation, "Member", **user)


def chair(organisation: Organisation | None = None, **user: object) -> User:
    return in_organisation(organisation, "Chair", **user)


def prime_minister(**user: object) -> User:
    return in_organisation(None, "Prime Minister", **user)


def integrator(**user: object) -> User:
    """An integrating system: cannot sign in, acts with a token."""
    return UserFactory(**{"is_system": True, "password": "!", "name": "Statistics bridge"} | user)


def outsider(**user: object) -> User:
    return UserFactory(**user)


# States


def invitation(inviter: User, **given: object) -> Invitation:
    """An open invitation."""
    fields = {"email": f"guest{Invitation.objects.count()}@example.org", "name": "Guest"}
    made, _token = invitations.invite(**fields | given, by=acting(inviter), at=AT)
    return made


def token(issuer: User, *, user: User | None = None, scopes: tuple[str, ...] = ("read",)) -> str:
    """A valid token, as an integrating system sends it."""
    _client, secret = api_clients.issue(
        name="Statistics bridge",
        user=user or integrator(),
        scopes=scopes,
        expires_at=timezone.now() + datetime.timedelta(days=30),
        by=acting(issuer),
        at=AT,
    )
    return secret
