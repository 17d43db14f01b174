namespace Gild.Adapters.Redshift;

/// <summary>How a session signs in (dbt: <c>method</c>).</summary>
enum RedshiftMethod
{
    /// <summary>User and password of the database.</summary>
    Database,

    /// <summary>Temporary password of a database user, by an IAM user's or profile's rights.</summary>
    Iam,

    /// <summary>Temporary user and password of the calling IAM role.</summary>
    IamRole,
}
