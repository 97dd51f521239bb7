"""What Wagtail and the audiences know of a working group, made to follow the group: its two user groups, what its leads
may do, and who may see its page. Everything here may be run again and mends what was changed by other means.
"""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page, PageViewRestriction

from portal.accounts.models import User
from portal.core.collection_gates import own_collection
from portal.groups.models import RUNNING, GroupPage, Membership, Visibility, WorkingGroup

PAGE_VERBS = ("add", "change", "publish", "lock", "unlock")
FILE_VERBS = ("add", "change", "choose")
IN_GROUP = User.groups.through
COLLECTION_NAME_LENGTH = 250


def make_user_groups(page: GroupPage) -> tuple[Group, Group]:
    """The user groups of members and of leads, new and empty.

    Raises IntegrityError if there are groups of these names: nobody comes into a group by its name.
    """
    return (
        Group.objects.create(name=f"Group {page.pk} members"),
        Group.objects.create(name=f"Group {page.pk} leads"),
    )


def make_collection(page: GroupPage) -> Collection:
    """The group's collection, below that of the enclosing group, seen by those who see the page."""
    collection: Collection = home_of(page).add_child(name=page.title[:COLLECTION_NAME_LENGTH])
    own_collection(collection, page)
    return collection


def home_of(page: Page) -> Collection:
    """Where a group's collection belongs: in that of the nearest group above, else in the root."""
    paths = [page.path[:end] for end in range(Page.steplen, len(page.path), Page.steplen)]
    above = WorkingGroup.objects.filter(page__path__in=paths).order_by("-page__depth").select_related("collection")
    nearest = above.first()
    return nearest.collection if nearest else Collection.get_first_root_node()


def rehome(group: WorkingGroup) -> bool:
    """Move the group's collection to where its page now belongs. False if it is there."""
    home = home_of(group.page)
    collection = Collection.objects.get(pk=group.collection_id)
    if collection.is_child_of(home):
        return False
    collection.move(home, pos="sorted-child")
    return True


def grant(group: WorkingGroup) -> bool:
    """Give the leads' user group exactly the rights that leads have, and the members' none. False if it was so.

    Of an archived group nobody but administrators writes anything.
    """
    entering = Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin")
    changed = _set_permissions(group.leads_group, entering) | _set_permissions(group.members_group, ())
    pages = set() if group.is_archived else {(group.pk, pk) for pk in _page_permissions()}
    files = set() if group.is_archived else {(group.collection_id, pk) for pk in _file_permissions()}
    changed |= _set_rows(GroupPagePermission, "page_id", group.leads_group_id, pages)
    changed |= _set_rows(GroupCollectionPermission, "collection_id", group.leads_group_id, files)
    changed |= _set_rows(GroupPagePermission, "page_id", group.members_group_id, set())
    changed |= _set_rows(GroupCollectionPermission, "collection_id", group.members_group_id, set())
    return changed


def _set_permissions(group: Group, wanted: Iterable[Permission]) -> bool:
    ids = {permission.pk for permission in wanted}
    if set(group.permissions.values_list("pk", flat=True)) == ids:
        return False
    group.permissions.set(ids)
    return True


def _page_permissions() -> "QuerySet[Permission, int]":
    codenames = [f"{verb}_page" for verb in PAGE_VERBS]
    found = Permission.objects.filter(content_type__app_label="wagtailcore", content_type__model="page")
    return found.filter(codename__in=codenames).values_list("pk", flat=True)


def _file_permissions() -> "QuerySet[Permission, int]":
    images = Q(content_type__app_label="wagtailimages", codename__in=[f"{verb}_image" for verb in FILE_VERBS])
    documents = Q(content_type__app_label="wagtaildocs", codename__in=[f"{verb}_document" for verb in FILE_VERBS])
    return Permission.objects.filter(images | documents).values_list("pk", flat=True)


def _set_rows(
    model: type[GroupPagePermission] | type[GroupCollectionPermission],
    place: str,
    group_id: int,
    wanted: set[tuple[int, int]],
) -> bool:
    """Make the rows (id of the page or collection, id of the permission) of the user group exactly these."""
    rows = {(row[1], row[2]): row[0] for row in model.objects.filter(group=group_id).values_list(
        "pk", place, "permission_id"
    )}  # fmt: skip
    extra = [pk for key, pk in rows.items() if key not in wanted]
    missing = wanted - rows.keys()
    model.objects.filter(pk__in=extra).delete()
    model.objects.bulk_create(
        [model(group_id=group_id, permission_id=permission, **{place: pk}) for pk, permission in missing]
    )
    return bool(extra or missing)


def follow(groups: Iterable[WorkingGroup], user_ids: Iterable[int] | None = None) -> int:
    """Make the user groups hold exactly who the memberships say, and return how many places differed.

    With `user_ids` only these people are looked at. The rows are written past Django's own methods, which would tell
    `receivers` of each of them.
    """
    found = list(groups)
    members = {group.pk: group.members_group_id for group in found}
    leads = {group.pk: group.leads_group_id for group in found}
    held = IN_GROUP.objects.filter(group__in=[*members.values(), *leads.values()])
    memberships = Membership.objects.filter(group__in=found)
    if user_ids is not None:
        people = list(user_ids)
        held = held.filter(user__in=people)
        memberships = memberships.filter(user__in=people)
    wanted = set()
    for group_id, user_id, role in memberships.values_list("group_id", "user_id", "role"):
        wanted.add((user_id, members[group_id]))
        if role in RUNNING:
            wanted.add((user_id, leads[group_id]))
    rows = {(user_id, group_id): pk for pk, user_id, group_id in held.values_list("pk", "user_id", "group_id")}
    extra = [pk for key, pk in rows.items() if key not in wanted]
    missing = wanted - rows.keys()
    IN_GROUP.objects.filter(pk__in=extra).delete()
    IN_GROUP.objects.bulk_create([IN_GROUP(user_id=user, group_id=group) for user, group in missing])
    return len(extra) + len(missing)


RESTRICTIONS = {
    Visibility.MEMBERS: PageViewRestriction.LOGIN,
    Visibility.PRIVATE: PageViewRestriction.GROUPS,
}


def restrict(group: WorkingGroup) -> None:
    """Make the view restriction of the group's page what its visibility says; the gates follow by themselves.

    One that is there is changed, not replaced, so that there is no moment without.
    """
    standing = list(PageViewRestriction.objects.filter(page=group.pk).order_by("pk"))
    kind = RESTRICTIONS.get(Visibility(group.visibility))
    if kind is not None:
        kept = standing.pop(0) if standing else PageViewRestriction(page_id=group.pk)
        kept.restriction_type = kind
        kept.save()
        kept.groups.set([group.members_group_id] if kind == PageViewRestriction.GROUPS else [])
    for restriction in standing:
        restriction.delete()


def is_too_open(group: WorkingGroup) -> bool:
    """Whether the page admits more people than the group's visibility says."""
    standing = PageViewRestriction.objects.filter(page=group.pk)
    if group.visibility == Visibility.PUBLIC:
        return False
    if group.visibility == Visibility.MEMBERS:
        return not standing.exists()
    own = standing.filter(restriction_type=PageViewRestriction.GROUPS, groups=group.members_group_id)
    others = own.exclude(groups__in=Group.objects.exclude(pk=group.members_group_id))
    return not others.exists()
