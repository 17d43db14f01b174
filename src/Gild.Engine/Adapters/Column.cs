namespace Gild.Engine.Adapters;

/// <summary>A column as the warehouse describes it.</summary>
/// <param name="Name">The name without quotes.</param>
/// <param name="DataTypeName">The type without sizes, e.g. <c>character varying</c> (dbt: <c>dtype</c>).</param>
public sealed record Column(string Name, string DataTypeName, int? CharSize = null, int? NumericPrecision = null, int? NumericScale = null);
