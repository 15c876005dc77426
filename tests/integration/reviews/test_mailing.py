"""Mail: at once what is theirs to decide, one digest of the rest, nothing when nothing waits."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from ledger import wallclock
from ledger.models import Attempt, Delivery, Notice
from ledger.services import notices
from people.models import DeskRound, NoticeSettings, User
from reviews.models import Prompt
from reviews.services import mailing, prompts
from tests.factories import disputes as make_disputes
from tests.factories import forums as make
from tests.factories import ledger as make_events
from tests.factories import people as make_people
from tests.factories.forums import person_in
from tests.smtp import MailServer

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = (datetime.timedelta(**{unit: 1}) for unit in ("minutes", "hours", "days"))
ZONE = "Asia/Kuala_Lumpur"
# A Wednesday, ten in the morning in Kuala Lumpur. Real and business time are one here.
WEDNESDAY = make.AT


@pytest.fixture(autouse=True)
def by_mail(settings) -> None:
    settings.MAIL_NOTICES = True
    settings.BASE_URL = "https://makmal.example"


@contextmanager
def real(at: datetime.datetime) -> Iterator[None]:
    with wallclock.at(lambda: at):
        yield


def person(**fields: object) -> User:
    return make_people.outsider(**{"time_zone": ZONE, "email": "aminah@example.org", **fields})


def wants(user: User, **fields: object) -> None:
    NoticeSettings.objects.update_or_create(user=user, defaults=fields)


def tell(user: User, n: int = 1, *, title: str = "A value to settle", **fields: object) -> Notice:
    event = make_events.event(n, restricted=bool(fields.pop("restricted", False)))
    given = {"url": f"/kpis/{n}/", "decide": True, **fields}
    notices.notify(event=event, recipients=[user.pk], title=title, **given)
    return Notice.objects.get(event=event)


def run(at: datetime.datetime = WEDNESDAY) -> list[EmailMessage]:
    """One turn of the schedule; the mails it sent."""
    before = len(mail.outbox)
    with real(at):
        mailing.compose(now=at)
        mailing.deliver(at=at, limit=100)
    return mail.outbox[before:]


def motion_for() -> tuple[object, object, User]:
    motion = make.put(make.make_forum(members=1), mode="majority", title="Build the road")
    post = make.core(motion.forum)[0]
    member = person_in(post)
    others = User.objects.exclude(pk=member.pk)
    others.update(is_active=False)
    User.objects.filter(pk=member.pk).update(time_zone=ZONE, name="Aminah")
    return motion, post, User.objects.get(pk=member.pk)


class TestAtOnce:
    def test_what_is_theirs_to_decide_is_mailed_at_once_and_once(self) -> None:
        motion, _post, member = motion_for()
        (sent,) = run()
        assert sent.to == [member.email]
        assert sent.subject == "Yours to decide: Build the road"
        assert sent.body.startswith("Dear Aminah,\n\nThis is yours to decide:")
        assert "Motions to vote on\n- Build the road" in sent.body
        assert f"https://makmal.example/motions/{motion.pk}/" in sent.body
        assert "https://makmal.example/notices/settings/" in sent.body
        assert run(WEDNESDAY + MINUTE) == []
        delivery = Delivery.objects.get()
        assert (delivery.kind, delivery.state) == ("decide", "sent")
        assert sent.extra_headers["Message-ID"] == delivery.message_id

    def test_what_comes_in_the_same_minute_is_one_mail(self) -> None:
        user = person()
        tell(user, 1, title="The first")
        tell(user, 2, title="The second")
        (sent,) = run()
        assert sent.subject == "Yours to decide: 2 matters"
        assert "The first" in sent.body
        assert "The second" in sent.body

    def test_what_is_only_to_be_known_waits_for_the_digest(self) -> None:
        tell(person(), decide=False)
        assert run() == []

    def test_quiet_hours_hold_it_back_until_they_end(self) -> None:
        user = person()
        tell(user)
        evening = WEDNESDAY + 10 * HOUR
        assert run(evening) == []
        assert Delivery.objects.get().due_at == datetime.datetime(
            2019, 4, 17, 23, tzinfo=datetime.UTC
        )
        tell(user, 2, title="Another at night")
        assert run(evening + HOUR) == []
        (sent,) = run(datetime.datetime(2019, 4, 17, 23, tzinfo=datetime.UTC))
        assert "A value to settle" in sent.body
        assert "Another at night" in sent.body
        assert Delivery.objects.count() == 1

    def test_what_a_stopped_worker_left_for_the_night_waits_until_the_morning(self) -> None:
        tell(person())
        with real(WEDNESDAY):
            mailing.compose(now=WEDNESDAY)
        assert run(WEDNESDAY + 12 * HOUR) == []
        assert len(run(WEDNESDAY + 21 * HOUR)) == 1

    def test_who_wants_it_in_the_digest_only_is_not_mailed_at_once(self) -> None:
        user = person()
        wants(user, at_once=False)
        tell(user)
        assert run() == []
        assert Notice.objects.get().mailed_at is None, "the digest will have it"

    def test_what_was_done_before_the_mail_left_is_not_mailed(self) -> None:
        motion, post, _member = motion_for()
        with real(WEDNESDAY):
            mailing.compose(now=WEDNESDAY)
        make.cast(motion, post)
        assert run() == []
        assert Delivery.objects.get().state == "cancelled"
        assert not Attempt.objects.exists()

    def test_an_acting_officer_is_mailed_what_is_theirs_to_act_on(self) -> None:
        _motion, post, member = motion_for()
        deputy = person(email="deputy@example.org")
        make_people.AppointmentFactory(post=post, user=deputy, acting=True)
        prompts.sweep(at=WEDNESDAY, now=WEDNESDAY, limit=9)
        to = {each.to[0] for each in run()}
        assert to == {member.email, "deputy@example.org"}

    def test_a_restricted_matter_is_not_named(self) -> None:
        user = person()
        tell(user, title="The secret treaty", restricted=True)
        (sent,) = run()
        assert "secret" not in sent.subject + sent.body
        assert "restricted matter" in sent.body

    def test_a_restricted_motion_is_not_named_either(self) -> None:
        forum = make.make_forum(members=1)
        make.put(forum, mode="majority", title="The secret treaty", restricted=True)
        User.objects.update(time_zone=ZONE)
        sent = run()
        assert sent
        assert not [each for each in sent if "secret" in each.subject + each.body]

    def test_a_restricted_dispute_is_not_named_either(self) -> None:
        make_disputes.open_dispute(
            title="The secret treaty", restricted_to=[make.make_forum("Home")]
        )
        User.objects.update(time_zone=ZONE)
        prompts.sweep(at=WEDNESDAY, now=WEDNESDAY, limit=99)
        sent = [*run(), *run(WEDNESDAY + DAY)]
        assert sent
        assert not [each for each in sent if "secret" in each.subject + each.body]

    def test_it_is_in_the_language_of_the_person(self) -> None:
        tell(person(language="ms"))
        (sent,) = run()
        assert sent.body  # the catalogue decides the words

    def test_who_has_left_gets_nothing(self) -> None:
        user = person()
        tell(user)
        with real(WEDNESDAY):
            mailing.compose(now=WEDNESDAY)
        User.objects.filter(pk=user.pk).update(is_active=False)
        assert run() == []
        assert Delivery.objects.get().state == "cancelled"
        tell(user, 2)
        assert run() == []
        assert not Notice.objects.filter(mailed_at=None).exists()


class TestDigest:
    MORNING = datetime.datetime(2019, 4, 17, 23, tzinfo=datetime.UTC)  # Thursday, 7:00

    def begin(self, user: User) -> None:
        DeskRound.objects.get_or_create(user=user, digested_at=WEDNESDAY)

    def test_a_digest_says_what_waits_and_what_is_new(self) -> None:
        motion, _post, member = motion_for()
        prompts.sweep(at=WEDNESDAY, now=WEDNESDAY, limit=9)
        run()
        tell(member, 2, title="A plan came into force", decide=False)
        assert run(self.MORNING - MINUTE) == []
        (sent,) = run(self.MORNING)
        assert sent.subject == "Your digest: 1 thing waits for you"
        assert f"https://makmal.example/motions/{motion.pk}/" in sent.body
        assert "New since the last digest\n- A plan came into force" in sent.body
        assert run(self.MORNING + MINUTE) == []

    def test_the_next_digest_has_what_still_waits_and_no_old_news(self) -> None:
        _motion, _post, member = motion_for()
        prompts.sweep(at=WEDNESDAY, now=WEDNESDAY, limit=9)
        tell(member, 2, title="A plan came into force", decide=False)
        run(self.MORNING)
        (sent,) = run(self.MORNING + DAY)
        assert "Build the road" in sent.body
        assert "came into force" not in sent.body

    def test_what_is_overdue_comes_first_with_its_days(self) -> None:
        dispute = make_disputes.open_dispute(title="Who counts")
        officer = make_disputes.officer_of(make_disputes.party(dispute))
        User.objects.exclude(pk=officer.pk).update(is_active=False)
        User.objects.filter(pk=officer.pk).update(time_zone=ZONE)
        late = datetime.datetime.combine(
            dispute.deadline + 3 * DAY, datetime.time(23), tzinfo=datetime.UTC
        )
        prompts.sweep(at=late, now=late - DAY, limit=9)
        sent = [*run(late), *run(late + DAY), *run(late + 2 * DAY)]
        digest = next(each for each in sent if each.subject.startswith("Your digest"))
        assert "Overdue\n- Disputes that await your position: Who counts (by " in digest.body
        assert "overdue by" in digest.body

    def test_nothing_at_all_when_there_is_nothing(self) -> None:
        self.begin(person())
        assert run(self.MORNING) == []
        assert not Delivery.objects.exists()

    def test_what_has_been_read_is_no_news(self) -> None:
        user = person()
        self.begin(user)
        tell(user, decide=False)
        notices.mark_read(user_id=user.pk, notice_ids=None, at=WEDNESDAY)
        assert run(self.MORNING) == []

    def test_a_weekly_digest_and_reminders_on_the_days_between(self) -> None:
        _motion, _post, member = motion_for()
        wants(member, digest="weekly", weekday=4)
        prompts.sweep(at=WEDNESDAY, now=WEDNESDAY, limit=9)
        assert len(run()) == 1, "at once"
        prompts.sweep(at=self.MORNING, now=self.MORNING, limit=9)
        (thursday,) = run(self.MORNING)
        assert thursday.subject == "Still yours to decide: 1 matter"
        (friday,) = run(self.MORNING + DAY)
        assert friday.subject == "Your digest: 1 thing waits for you"
        assert run(self.MORNING + 2 * DAY) == [], "Saturday"

    def test_of_something_done_no_reminder_comes(self) -> None:
        motion, post, member = motion_for()
        wants(member, digest="weekly", weekday=4)
        prompts.sweep(at=WEDNESDAY, now=WEDNESDAY, limit=9)
        run()
        prompts.sweep(at=self.MORNING, now=self.MORNING, limit=9)
        make.cast(motion, post, at=self.MORNING)
        assert run(self.MORNING) == []
        assert not Prompt.objects.filter(user=member, done_at=None).exists()

    def test_a_digest_missed_in_the_night_comes_once_and_late(self) -> None:
        user = person()
        self.begin(user)
        tell(user, decide=False)
        late = self.MORNING + 3 * HOUR
        assert len(run(late)) == 1
        assert run(late + HOUR) == []


class TestSending:
    @pytest.fixture
    def server(self, settings) -> Iterator[MailServer]:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 5
        with MailServer() as running:
            settings.EMAIL_PORT = running.port
            yield running

    def test_in_doubt_it_is_sent_once_more_and_says_so(self, server: MailServer) -> None:
        tell(person())
        server.answers["DATA-END"] = ["drop"]
        run()
        assert Delivery.objects.get().state == "waiting"
        run(WEDNESDAY + MINUTE)
        assert len(server.mails) == 1, "its claim has not run out"
        run(WEDNESDAY + 6 * MINUTE)
        run(WEDNESDAY + HOUR)
        first, second = server.mails
        assert server.ids[0] == server.ids[1]
        warning = "You may have received this message twice"
        assert warning not in first.get_content()
        assert second.get_content().startswith(warning)
        assert first.get_content() in second.get_content()
        delivery = Delivery.objects.get()
        assert delivery.state == "doubtful"
        assert [each.ended_at is None for each in delivery.attempts.all()] == [True, False]

    def test_a_refusal_for_now_is_tried_again_under_the_same_id(self, server: MailServer) -> None:
        tell(person())
        server.answers["RCPT"] = ["450 later"]
        run()
        assert server.mails == []
        run(WEDNESDAY + MINUTE)
        (sent,) = server.mails
        assert "twice" not in sent.get_content()
        assert Delivery.objects.get().state == "sent"

    def test_a_refusal_for_good_is_given_up(self, server: MailServer) -> None:
        tell(person())
        server.answers["RCPT"] = ["550 nobody here"]
        run()
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.attempts.get().answer) == ("failed", "550 nobody here")

    def test_a_server_that_is_down_costs_each_mail_no_attempt(self, server: MailServer) -> None:
        for number in range(3):
            tell(person(email=f"p{number}@example.org"), number)
        server.answers["GREETING"] = ["421 busy"]
        run()
        assert Attempt.objects.count() == 1
        run(WEDNESDAY + MINUTE)
        assert len(server.mails) == 3

    def test_one_that_cannot_be_written_keeps_no_other_waiting(self, server: MailServer) -> None:
        broken, user = person(email="b@example.org"), person()
        User.objects.filter(pk=broken.pk).update(time_zone=ZONE)
        tell(broken, 1)
        tell(user, 2)
        with real(WEDNESDAY):
            mailing.compose(now=WEDNESDAY)
            User.objects.filter(pk=broken.pk).update(time_zone="Nowhere/At_all")
            found = mailing.deliver(at=WEDNESDAY, limit=9)
        assert found == {"broken": 1, "sent": 1}
        assert server.mails[0]["To"] == user.email


def test_without_mail_none_is_due_later_either(settings) -> None:
    settings.MAIL_NOTICES = False
    user = person()
    tell(user)
    assert run() == []
    settings.MAIL_NOTICES = True
    assert run() == []
    assert not Notice.objects.filter(mailed_at=None).exists()
    assert Notice.objects.get().read_at is None
