"""A sequence of ticket numbers for every team, which comes and goes with it."""

from django.db import migrations

CREATE = """
CREATE FUNCTION create_ticket_numbers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE SEQUENCE %I', 'ticket_number_of_team_' || NEW.id);
    RETURN NULL;
END $$;
CREATE FUNCTION drop_ticket_numbers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP SEQUENCE IF EXISTS %I', 'ticket_number_of_team_' || OLD.id);
    RETURN NULL;
END $$;
CREATE TRIGGER create_ticket_numbers AFTER INSERT ON teams_team
    FOR EACH ROW EXECUTE FUNCTION create_ticket_numbers();
CREATE TRIGGER drop_ticket_numbers AFTER DELETE ON teams_team
    FOR EACH ROW EXECUTE FUNCTION drop_ticket_numbers();
DO $$
DECLARE team record;
BEGIN
    FOR team IN SELECT id, (SELECT max(number) FROM tickets_ticket WHERE team_id = teams_team.id) AS newest
        FROM teams_team
    LOOP
        EXECUTE format('CREATE SEQUENCE IF NOT EXISTS %I', 'ticket_number_of_team_' || team.id);
        IF team.newest IS NOT NULL THEN
            PERFORM setval('ticket_number_of_team_' || team.id, team.newest);
        END IF;
    END LOOP;
END $$;
"""
DROP = """
DROP TRIGGER create_ticket_numbers ON teams_team;
DROP TRIGGER drop_ticket_numbers ON teams_team;
DROP FUNCTION create_ticket_numbers();
DROP FUNCTION drop_ticket_numbers();
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0002_fewer_indexes"), ("teams", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
