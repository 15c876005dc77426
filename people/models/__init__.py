"""Who: users, organisations, posts, appointments, roles, API clients, documents."""

from people.models.access import ApiClient, Installation, Invitation, RoleGrant
from people.models.acts import Act
from people.models.continuity import OrganisationName, PostMove, Reorganisation
from people.models.documents import Document
from people.models.notices import CalendarFeed, DeskRound, NoticeSettings
from people.models.organisations import Appointment, LocalHoliday, Organisation, Post
from people.models.users import User

__all__ = [
    "Act",
    "ApiClient",
    "Appointment",
    "CalendarFeed",
    "DeskRound",
    "Document",
    "Installation",
    "Invitation",
    "LocalHoliday",
    "NoticeSettings",
    "Organisation",
    "OrganisationName",
    "Post",
    "PostMove",
    "Reorganisation",
    "RoleGrant",
    "User",
]
