using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>Prepared statements with positional parameters <c>$1, $2 …</c>.</summary>
internal static class Sql
{
    public static SqliteCommand Prepare(this SqliteConnection connection, string text, int parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        for (int i = 1; i <= parameters; i++)
            command.Parameters.Add(new SqliteParameter($"${i}", null));
        return command;
    }

    public static SqliteCommand With(this SqliteCommand command, params ReadOnlySpan<object?> arguments)
    {
        for (int i = 0; i < arguments.Length; i++)
            command.Parameters[i].Value = arguments[i] ?? DBNull.Value;
        return command;
    }

    /// <summary>The bytes of a column, also where somebody has put a text into it.</summary>
    public static byte[] Bytes(this SqliteDataReader row, int column) =>
        row.GetValue(column) switch
        {
            byte[] bytes => bytes,
            var other => System.Text.Encoding.UTF8.GetBytes(other.ToString() ?? ""),
        };

    public static void Execute(this SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    public static long ScalarLong(this SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        return command.ExecuteScalar() is long number ? number : 0;
    }

    /// <summary>Checks the schema's version, makes the schema in a new file, and brings one of an earlier version up to date.</summary>
    /// <param name="upgrades">What each earlier version lacks of the one after it, from version 1 on; none where they are not brought up.</param>
    /// <exception cref="NotSupportedException">The file was made by a later version.</exception>
    public static void EnsureSchema(this SqliteConnection connection, string schema, int version, params string[] upgrades)
    {
        long found = connection.ScalarLong("PRAGMA user_version");
        if (found == version)
            return;
        if (found > 0 && found < version && upgrades.Length == version - 1)
            schema = string.Join('\n', upgrades.Skip((int)found - 1));
        else if (found != 0)
            throw new NotSupportedException(
                $"{connection.DataSource} has schema {found}, this gateway knows {version}. Run the version that made it, or a later one.");
        connection.Execute($"BEGIN IMMEDIATE; {schema} PRAGMA user_version={version}; COMMIT;");
    }
}
