"""Fills an empty database with NetBox's schema, first data and test accounts.

NetBox's own `migrate` replays over three hundred migrations, which takes ten minutes of CPU. The tables
that come out are those of its models, so they are made straight from the models. Only what models cannot
say is then taken from the migrations: the triggers, and the module type profiles every installation has.
"""

import importlib
import json
import sys
import time
from pathlib import Path

import django
from django.conf import settings


class NoMigrations:
    """Makes Django treat every application as one without migrations."""

    def __contains__(self, app):
        return True

    def __getitem__(self, app):
        return None


def create_tables():
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS ltree")
        cursor.execute(
            "CREATE COLLATION IF NOT EXISTS natural_sort (provider = icu, locale = 'und-u-kn-true')"
        )
    settings.MIGRATION_MODULES = NoMigrations()
    call_command("migrate", run_syncdb=True, interactive=False, verbosity=0)
    settings.MIGRATION_MODULES = {}


def replay_what_models_do_not_say():
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.recorder import MigrationRecorder

    loader = MigrationLoader(connection, ignore_no_migrations=True)
    in_order = {}
    for leaf in sorted(loader.graph.leaf_nodes()):
        in_order.update(dict.fromkeys(loader.graph.forwards_plan(leaf)))
    for app, name in in_order:
        for operation in loader.get_migration(app, name).operations:
            if "Trigger" in type(operation).__name__:
                with connection.schema_editor() as editor:
                    operation.database_forwards(app, editor, None, None)

    profiles = importlib.import_module("dcim.migrations.0206_load_module_type_profiles")
    with connection.schema_editor() as editor:
        profiles.load_initial_data(apps, editor)

    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    for app, name in loader.disk_migrations:
        recorder.record_applied(app, name)


def create_accounts(accounts):
    from core.models import ObjectType
    from users.models import ObjectPermission, Token, User

    users = {}
    for name in accounts["users"]:
        user = User(username=name, is_superuser=name in accounts["superusers"])
        user.set_password(accounts["password"])
        user.save()
        users[name] = user

    for permission in accounts["permissions"]:
        row = ObjectPermission.objects.create(
            name=permission["name"],
            actions=permission["actions"],
            constraints=permission.get("constraints"),
        )
        if "object_types" in permission:
            types = [ObjectType.objects.get_by_natural_key(*t.split(".")) for t in permission["object_types"]]
        else:
            types = ObjectType.objects.exclude(app_label__in=permission["every_object_type_but_apps"])
        row.object_types.set(types)
        row.users.set([users[name] for name in permission["users"]])

    for description, given in accounts["tokens"].items():
        token = Token(
            user=users[given["user"]],
            version=given["version"],
            description=description,
            **given.get("options", {}),
        )
        if "key" in given:
            token.key = given["key"]
        token.token = given["secret"]
        token.save()


def main():
    started = time.monotonic()
    django.setup()
    for step in (create_tables, replay_what_models_do_not_say):
        step()
        print(f"{time.monotonic() - started:.1f}s {step.__name__}", flush=True)
    create_accounts(json.loads(Path(sys.argv[1]).read_text()))
    print(f"{time.monotonic() - started:.1f}s create_accounts", flush=True)


main()
