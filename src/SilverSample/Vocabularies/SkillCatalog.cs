using SilverSample.Values;

namespace SilverSample.Vocabularies;

/// <summary>
/// The skill names Silver carries: catalog v1.0 with its categories, and the aliases people write instead
/// (dimension-members.md, map_skill_catalog and map_skill_alias).
/// </summary>
static class SkillCatalog
{
    /// <summary>Catalog names by category code.</summary>
    public static readonly (string Category, string[] Skills)[] Categories =
    [
        ("programming_languages",
        [
            "C#", "Dask", "Django", "FastAPI", "Flask", "Go", "Java", "JavaScript", "Matplotlib", "NumPy", "Pandas",
            "Plotly", "Polars", "Pydantic", "pytest", "Python", "R", "Rust", "Scala", "SciPy", "Seaborn", "Shell/Bash",
            "SQL", "TypeScript", "VB.NET",
        ]),
        ("cloud_platforms",
        [
            "AWS", "AWS Athena", "AWS EC2", "AWS EMR", "AWS Glue", "AWS Kinesis", "AWS Lambda", "AWS S3", "Azure",
            "Azure Blob Storage", "Azure Data Lake Storage", "Azure Databricks", "Azure DevOps", "Azure Event Hubs",
            "Azure Functions", "Azure Key Vault", "Azure Logic Apps", "Azure Stream Analytics", "Cloud Run", "GCP",
            "Google Cloud Functions", "Google Cloud Storage", "Google Dataflow", "Google Dataproc",
            "Google Kubernetes Engine", "Google Pub/Sub", "Microsoft Fabric", "OCI",
        ]),
        ("databases",
        [
            "AWS DynamoDB", "AWS RDS", "AWS Redshift", "Azure Cosmos DB", "Azure SQL Database",
            "Azure Synapse Analytics", "BigQuery", "Cassandra", "ClickHouse", "Couchbase", "Elasticsearch", "HBase",
            "MariaDB", "Microsoft SQL Server", "MongoDB", "MySQL", "Neo4j", "Oracle Database", "Oracle Exadata",
            "PostgreSQL", "Redis", "Snowflake", "SQLite", "Teradata", "Vertica",
        ]),
        ("data_processing",
        [
            "Airbyte", "Apache Beam", "Apache Flink", "Apache Hive", "Apache Hudi", "Apache Iceberg", "Apache Kafka",
            "Apache Spark", "Databricks", "Delta Lake", "Delta Live Tables", "Denodo", "ELT", "ETL", "Fivetran",
            "Hadoop", "Informatica", "Matillion", "Presto", "SSIS", "Stitch", "Talend", "Trino", "Unity Catalog",
        ]),
        ("orchestration",
        [
            "Apache Airflow", "Apache NiFi", "Argo Workflows", "AWS Step Functions", "Azure Data Factory", "Dagster",
            "Google Cloud Composer", "Luigi", "Mage", "Prefect",
        ]),
        ("devops_infrastructure",
        [
            "Ansible", "Argo CD", "ARM Templates", "AWS CloudWatch", "Azure Monitor", "Azure Pipelines", "Azure Repos",
            "Bitbucket", "CI/CD", "CircleCI", "CloudFormation", "Datadog", "Docker", "Dynatrace", "ELK Stack", "Git",
            "GitHub", "GitHub Actions", "GitLab", "GitLab CI", "Google Cloud Monitoring", "Grafana", "Helm", "Jenkins",
            "JFrog Artifactory", "Kubernetes", "New Relic", "Nexus Repository", "OpenShift", "Prometheus", "Pulumi",
            "Splunk", "Terraform",
        ]),
        ("bi_visualization",
        [
            "Amazon QuickSight", "Apache Superset", "DAX", "Looker", "Metabase", "Mode Analytics", "Power BI",
            "Power Query", "Preset", "Qlik", "Sisense", "Tableau",
        ]),
        ("ml_ai",
        [
            "Azure AI Foundry", "Azure ML", "Keras", "LightGBM", "MLflow", "MLOps", "NLTK", "PyTorch", "scikit-learn",
            "spaCy", "TensorFlow", "XGBoost",
        ]),
        ("data_modeling",
        [
            "Data Lake", "Data Mesh", "Data Modeling", "Data Warehouse", "dbt", "Dimensional Modeling", "Lakehouse",
            "Medallion Architecture",
        ]),
        ("communication",
        [
            "Communication", "Presentation Skills",
        ]),
        ("leadership",
        [
            "Decision Making", "Leadership", "Mentoring",
        ]),
        ("problem_solving",
        [
            "Analytical Skills", "Creativity", "Critical Thinking", "Problem Solving",
        ]),
        ("collaboration",
        [
            "Conflict Resolution", "Empathy", "Team Collaboration",
        ]),
        ("self_management",
        [
            "Adaptability", "Attention to Detail", "Continuous Learning", "Initiative", "Organization",
            "Self-Motivation", "Stress Management", "Time Management", "Work Ethic",
        ]),
        ("business_acumen",
        [
            "Customer Focus",
        ]),
        ("technical_communication",
        [
            "Documentation", "Technical Writing",
        ]),
        ("technical_leadership",
        [
            "Code Review", "Solution Architecture",
        ]),
        ("governance_quality",
        [
            "Alation", "Atlan", "Azure Purview", "Collibra", "Data Catalog", "Data Governance", "Data Lineage",
            "Data Quality", "DataHub", "Great Expectations", "Monte Carlo", "Soda",
        ]),
        ("practices",
        [
            "Agile", "API Development", "DataOps", "DevOps", "Kanban", "Scrum",
        ]),
        ("business_applications",
        [
            "Microsoft Dynamics", "NetSuite", "Oracle ERP", "Salesforce", "SAP", "Workday",
        ]),
        ("certifications",
        [
            "AWS Certified Data Analytics", "AWS Certified Data Engineer", "AWS Solutions Architect",
            "Azure Data Engineer Associate", "Azure Fabric Analytics Engineer", "Azure Solutions Architect",
            "Databricks Data Engineer", "Google Cloud Architect", "Google Professional Data Engineer", "SnowPro Core",
        ]),
    ];

    /// <summary>Lower-case spellings that stand for a catalog skill.</summary>
    public static readonly Utf8[] Aliases = Utf8.All(
    [
        "spark", "pyspark", "spark sql", "airflow", "kafka", "flink", "beam", "hive", "nifi", "iceberg", "hudi",
        "superset", "postgres", "postgre sql", "sql server", "mssql", "ms sql", "t-sql", "oracle", "adf",
        "data factory", "adls", "azure data lake", "synapse", "azure synapse", "event hub", "event hubs", "fabric",
        "s3", "amazon s3", "glue", "emr", "amazon emr", "lambda", "athena", "kinesis", "redshift",
        "amazon redshift", "rds", "step functions", "ec2", "dynamodb", "amazon web services", "google cloud",
        "google cloud platform", "google bigquery", "gcs", "pub/sub", "pubsub", "composer", "cloud composer",
        "dataflow", "dataproc", "gke", "cosmos db", "mongo", "mongo db", "elastic", "elk", "k8s", "powerbi",
        "ms power bi", "golang", "js", "node.js", "bash", "shell", "shell scripting", "ci cd", "cicd",
        "ci/cd pipelines", "sklearn", "data modelling", "data modeling techniques", "dimensional modelling",
        "star schema", "kimball", "data warehousing", "data warehouses", "dwh", "data lakes", "data lakehouse",
        "etl/elt", "etl pipelines", "etl processes", "data pipelines", "dbt core", "dbt cloud", "data build tool",
        "unity", "github action", "aws certified solutions architect", "teamwork", "collaboration", "team player",
        "communication skills", "interpersonal", "problem-solving", "analytical", "analytical thinking",
        "proactivity", "responsibility", "intellectual curiosity", "stakeholder management", "presentation",
        "mentorship", "technical documentation", "architecture",
    ]);

    /// <summary>Every catalog name in ordinal order, with the code of its category.</summary>
    public static readonly (Utf8 Name, Utf8 Category)[] Sorted = [.. Categories
        .SelectMany(c => c.Skills.Select(s => (Name: new Utf8(s), Category: new Utf8(c.Category))))
        .OrderBy(s => s.Name.Text, StringComparer.Ordinal)];

    /// <summary>Positions in <see cref="Sorted"/>, the most wanted skills first.</summary>
    public static readonly int[] ByDemand = Demand();

    /// <summary>The 22 soft skills of the catalog.</summary>
    public static readonly Utf8[] Soft = [.. Categories
        .Where(c => SoftCategories.Contains(c.Category))
        .SelectMany(c => c.Skills)
        .Select(s => new Utf8(s))];

    /// <summary>The other catalog skills, the most wanted first.</summary>
    public static readonly Utf8[] Hard = [.. ByDemand
        .Where(i => !SoftCategories.Contains(Sorted[i].Category.Text))
        .Select(i => Sorted[i].Name)];

    static string[] SoftCategories =>
    [
        "communication", "leadership", "problem_solving", "collaboration", "self_management", "business_acumen",
    ];

    static int[] Demand()
    {
        string[] first =
        [
            "Python", "SQL", "AWS", "Apache Spark", "ETL", "Azure", "Snowflake", "Databricks", "Data Modeling", "CI/CD",
            "Apache Airflow", "Git", "Communication", "Data Quality", "Apache Kafka", "Scala", "Java", "Power BI",
            "Data Warehouse", "dbt", "Terraform", "Docker", "Kubernetes", "Problem Solving", "Azure Data Factory",
            "BigQuery", "GCP", "AWS Glue", "AWS S3", "Tableau", "Agile", "PostgreSQL", "Delta Lake", "Data Governance",
        ];
        var positions = first.Select(name => Array.FindIndex(Sorted, s => s.Name.Text == name)).ToList();
        positions.AddRange(Enumerable.Range(0, Sorted.Length).Except([.. positions]));
        return [.. positions];
    }
}
