-- Timeline and mails by month, for a book of millions. Once, after `portdesk migrate` and while nothing of Portdesk
-- runs; all of it or nothing. docs/scale.md says what it gives and what it takes.
--   psql -v ON_ERROR_STOP=1 -f deploy/postgresql/partitions.sql "$PORTDESK_DATABASE_URL"
BEGIN;

-- The partition of a month; made again it stays as it is.
CREATE FUNCTION portdesk_month(parent text, month date) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
        parent || to_char(month, '_YYYY_MM'), parent,
        date_trunc('month', month)::date || ' 00:00+00',
        (date_trunc('month', month) + interval '1 month')::date || ' 00:00+00'
    );
END $$;

-- The months ahead; call it every month. What has no partition lies in the default one, so that nothing is refused.
CREATE FUNCTION portdesk_months(ahead int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    FOR step IN 0..ahead LOOP
        PERFORM portdesk_month('events', (now() + step * interval '1 month')::date);
        PERFORM portdesk_month('mails', (now() + step * interval '1 month')::date);
    END LOOP;
END $$;

-- Rows lie where they belong from the month of the oldest on.
CREATE FUNCTION portdesk_months_since(parent text, since timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    month date := date_trunc('month', coalesce(since, now()) AT TIME ZONE 'UTC')::date;
BEGIN
    WHILE month <= now() LOOP
        PERFORM portdesk_month(parent, month);
        month := month + interval '1 month';
    END LOOP;
END $$;

ALTER TABLE events RENAME TO events_before;
CREATE TABLE events (LIKE events_before INCLUDING DEFAULTS) PARTITION BY RANGE (at);
CREATE TABLE events_other PARTITION OF events DEFAULT;
SELECT portdesk_months_since('events', (SELECT min(at) FROM events_before));

ALTER TABLE mails RENAME TO mails_before;
ALTER SEQUENCE mails_id_seq OWNED BY NONE;
CREATE TABLE mails (LIKE mails_before INCLUDING DEFAULTS) PARTITION BY RANGE (created_at);
CREATE TABLE mails_other PARTITION OF mails DEFAULT;
SELECT portdesk_months_since('mails', (SELECT min(created_at) FROM mails_before));

SELECT portdesk_months(12);
INSERT INTO events SELECT * FROM events_before;
INSERT INTO mails SELECT * FROM mails_before;
DROP TABLE events_before;
DROP TABLE mails_before;
ALTER SEQUENCE mails_id_seq OWNED BY mails.id;

-- PostgreSQL wants the month's column in every unique key. An entry, or a mail, that is told twice has the same
-- instant both times, so it still is one.
ALTER TABLE events ADD CONSTRAINT pk_events PRIMARY KEY (case_id, sequence, at);
ALTER TABLE events ADD CONSTRAINT fk_events_case_id_cases FOREIGN KEY (case_id) REFERENCES cases (id);
ALTER TABLE mails ADD CONSTRAINT pk_mails PRIMARY KEY (id, created_at);
ALTER TABLE mails ADD CONSTRAINT uq_mails_case_id_sequence_recipient_template
    UNIQUE (case_id, sequence, recipient, template, created_at);
ALTER TABLE mails ADD CONSTRAINT fk_mails_case_id_cases FOREIGN KEY (case_id) REFERENCES cases (id);
CREATE INDEX ix_mails_due ON mails (next_try_at, id);
CREATE INDEX ix_mails_order ON mails (case_id, recipient, id);

COMMIT;
