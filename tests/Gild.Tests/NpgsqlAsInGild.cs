using System.Runtime.CompilerServices;

namespace Gild.Tests;

/// <summary>The tests' own connections read SQL as the program's do, whichever test comes first: Npgsql reads the switch once in a process.</summary>
static class NpgsqlAsInGild
{
    [ModuleInitializer]
    internal static void Set() => AppContext.SetSwitch("Npgsql.EnableSqlRewriting", false);
}
