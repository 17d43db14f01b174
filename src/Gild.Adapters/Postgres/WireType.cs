using Gild.Engine.Adapters;
using Gild.Jinja.Values;

namespace Gild.Adapters.Postgres;

/// <summary>A type on the wire: its name as dbt shows it, its kind, and cells from the server's text form.</summary>
sealed record WireType(string Name, ResultColumnKind Kind, Func<string, Value> Convert);
