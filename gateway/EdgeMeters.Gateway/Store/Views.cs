namespace EdgeMeters.Gateway.Store;

/// <summary>Schema of the projections. A change of it needs no migration: the file is made again from the log.</summary>
internal static class Views
{
    public const int SchemaVersion = 6;

    public const string Schema = """
        CREATE TABLE state(id INTEGER PRIMARY KEY, entry INTEGER NOT NULL, blocks INTEGER NOT NULL, readings INTEGER NOT NULL,
            registry BLOB, pruned_through INTEGER NOT NULL, pruned_before INTEGER NOT NULL, pruned INTEGER NOT NULL);
        INSERT INTO state VALUES(1, 0, 0, 0, NULL, 0, 0, 0);
        CREATE TABLE origin(id INTEGER PRIMARY KEY, entry INTEGER NOT NULL, chain BLOB NOT NULL);
        CREATE TABLE series(id INTEGER PRIMARY KEY, meter TEXT NOT NULL, register TEXT NOT NULL, unit INTEGER NOT NULL, node TEXT NOT NULL,
            channel INTEGER NOT NULL, readings INTEGER NOT NULL, last_end INTEGER NOT NULL, UNIQUE(meter, register));
        CREATE TABLE channel(id INTEGER PRIMARY KEY, node TEXT NOT NULL, layout INTEGER NOT NULL, channel INTEGER NOT NULL,
            series INTEGER NOT NULL, meter TEXT NOT NULL, register TEXT NOT NULL, unit INTEGER NOT NULL, numerator INTEGER NOT NULL,
            denominator INTEGER NOT NULL, modulus INTEGER NOT NULL, rate_max INTEGER NOT NULL, UNIQUE(node, layout, channel));
        CREATE TABLE reading_day(series INTEGER NOT NULL, day INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY(series, day)) WITHOUT ROWID;
        CREATE TABLE span(series INTEGER NOT NULL, epoch INTEGER NOT NULL, day INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
            PRIMARY KEY(series, epoch, day)) WITHOUT ROWID;
        CREATE INDEX span_last ON span(series, epoch, last);
        CREATE TABLE event(node TEXT NOT NULL, epoch INTEGER NOT NULL, sequence INTEGER NOT NULL, utc INTEGER NOT NULL, code INTEGER NOT NULL,
            meter TEXT, a INTEGER NOT NULL, b INTEGER NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY(node, epoch, sequence)) WITHOUT ROWID;
        CREATE INDEX event_entry ON event(entry);
        CREATE TABLE waiting(entry INTEGER PRIMARY KEY, node TEXT NOT NULL, layout INTEGER NOT NULL, explained_by INTEGER);
        CREATE TABLE pruned(node TEXT NOT NULL, epoch INTEGER NOT NULL, last INTEGER NOT NULL, first INTEGER NOT NULL,
            PRIMARY KEY(node, epoch, last)) WITHOUT ROWID;
        CREATE TABLE late(entry INTEGER PRIMARY KEY);
        CREATE TABLE point(id TEXT PRIMARY KEY, name TEXT NOT NULL, carrier INTEGER NOT NULL, kind INTEGER NOT NULL, utility TEXT NOT NULL,
            place TEXT NOT NULL, parent TEXT NOT NULL, class INTEGER NOT NULL, is_gone INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX point_parent ON point(parent) WHERE parent<>'';
        CREATE TABLE meter_register(meter TEXT NOT NULL, register TEXT NOT NULL, unit TEXT NOT NULL, whole_digits INTEGER NOT NULL,
            decimals INTEGER NOT NULL, modulus INTEGER NOT NULL, PRIMARY KEY(meter, register)) WITHOUT ROWID;
        CREATE TABLE assignment(point TEXT NOT NULL, meter TEXT NOT NULL, register TEXT NOT NULL, node TEXT NOT NULL, channel INTEGER,
            after_utc INTEGER NOT NULL, through_utc INTEGER NOT NULL, start_register INTEGER, end_register INTEGER, multiplier INTEGER NOT NULL,
            pulses INTEGER NOT NULL, from_entry INTEGER NOT NULL, to_entry INTEGER, through_end INTEGER NOT NULL,
            PRIMARY KEY(meter, register, from_entry, after_utc)) WITHOUT ROWID;
        CREATE INDEX assignment_point ON assignment(point);
        CREATE INDEX assignment_from ON assignment(from_entry);
        CREATE INDEX assignment_to ON assignment(to_entry);
        CREATE TABLE edit(point TEXT NOT NULL, end_utc INTEGER NOT NULL, entry INTEGER NOT NULL, received INTEGER NOT NULL, consumption INTEGER,
            replaced INTEGER, who TEXT NOT NULL, why TEXT NOT NULL, PRIMARY KEY(point, end_utc, entry)) WITHOUT ROWID;
        CREATE INDEX edit_entry ON edit(entry);
        """;
}
