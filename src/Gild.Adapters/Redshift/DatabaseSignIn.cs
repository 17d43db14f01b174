namespace Gild.Adapters.Redshift;

/// <summary>A user of the database and its password. Prints no secret.</summary>
public sealed record DatabaseSignIn(string User, string Password)
{
    public override string ToString() => $"user {User}";
}
