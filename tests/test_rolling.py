"""While machines are brought up to date one after the other, the old version works on the new tables."""

from pathlib import Path

import pytest
from sqlalchemy import text

from shop import migrating
from shop.config import ROOT
from shop.rolling import narrowing

MIGRATIONS = [*ROOT.glob("migrations/core/*.py"), *ROOT.glob("plugins/*/migrations/*.py")]

STEP = """
def upgrade():
    op.create_table("new", sa.Column("id", sa.Integer(), nullable=False))
    op.create_index("ix_new", "new", ["id"], unique=True)
    with op.batch_alter_table("product") as table:
        {}
"""


@pytest.mark.parametrize("migration", MIGRATIONS, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_no_step_takes_away_what_the_version_before_needs(migration: Path):
    assert narrowing(migration) == []


@pytest.mark.parametrize(
    ("step", "found"),
    [
        ('table.add_column(sa.Column("hue", sa.String()))', []),
        ('table.add_column(sa.Column("hue", sa.String(), nullable=False, server_default=""))', []),
        ('table.create_index("ix_hue", ["hue"])', []),
        (
            'table.add_column(sa.Column("hue", sa.String(), nullable=False))',
            ["6: add_column that must be filled and has no server_default"],
        ),
        ('table.drop_column("hue")', ["6: drop_column"]),
        ('table.create_index("ix_hue", ["hue"], unique=True)', ["6: create_index that is unique"]),
        (
            'table.alter_column("hue", nullable=False)',
            ["6: alter_column that the previous version does not know"],
        ),
    ],
)
def test_a_narrowing_step_is_found(tmp_path: Path, step: str, found: list[str]):
    migration = tmp_path / "0002_hue.py"
    migration.write_text(STEP.format(step))

    assert narrowing(migration) == found


def test_a_migration_that_says_why_may_contract(tmp_path: Path):
    migration = tmp_path / "0003_no_hue.py"
    migration.write_text('contracts = "not read since 0002"\n' + STEP.format('table.drop_column("hue")'))

    assert narrowing(migration) == []


@pytest.mark.both_engines
def test_the_version_before_serves_on_tables_of_the_version_after(app, client, db):
    db.session.execute(text("UPDATE alembic_version SET version_num = 'core_9999'"))
    db.session.execute(text("UPDATE alembic_version_mall SET version_num = 'mall_9999'"))
    db.session.commit()

    migrating.mark_pending(app)

    assert migrating.upgrade_all(app) == []
    assert client.get("/readyz").status_code == 200
    assert app.extensions["door"].is_working("mall")


def test_tables_that_lack_a_step_are_behind(app, client, db):
    db.session.execute(text("UPDATE alembic_version SET version_num = 'core_0001'"))
    db.session.commit()

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json == {"ok": False, "database": "answers", "pending": ["core"]}
