"""The database itself refuses to change or delete an entry; only `personal` may be emptied."""

from django.db import migrations

SQLITE = [
    """CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END""",
    """CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
    WHEN NEW.personal IS NOT NULL OR OLD.id <> NEW.id OR OLD.at <> NEW.at OR OLD.action <> NEW.action
      OR OLD.actor_id IS NOT NEW.actor_id OR OLD.target_type <> NEW.target_type
      OR OLD.target_id <> NEW.target_id OR OLD.context_type <> NEW.context_type
      OR OLD.context_id <> NEW.context_id OR OLD.changes <> NEW.changes
    BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END""",
]
POSTGRESQL = [
    """CREATE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'UPDATE' AND NEW.personal IS NULL
        AND (to_jsonb(NEW) - 'personal') = (to_jsonb(OLD) - 'personal') THEN RETURN NEW; END IF;
      RAISE EXCEPTION 'the audit record is append-only';
    END $$""",
    """CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_refuse()""",
]


def create(apps, schema_editor):
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER audit_entry_no_delete")
        schema_editor.execute("DROP TRIGGER audit_entry_no_update")
    else:
        schema_editor.execute("DROP TRIGGER audit_entry_append_only ON audit_entry")
        schema_editor.execute("DROP FUNCTION audit_entry_refuse()")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
