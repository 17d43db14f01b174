using SilverSample.Values;

namespace SilverSample.Vocabularies;

/// <summary>
/// Free text that people and models write for certifications, benefits and ML tools, by the member Gold maps it to
/// (dimension-members.md, map_term).
/// </summary>
static class FreeTerms
{
    /// <summary>Member of everything that has no member of its own.</summary>
    public const string Other = "other";

    /// <summary>Certifications with a member: 20 members, 33 spellings.</summary>
    public static readonly (string Member, Utf8[] Spellings)[] Certifications =
    [
        ("aws_solutions_architect", Utf8.All("AWS Certified Solutions Architect", "AWS Solutions Architect - Associate")),
        ("aws_data_engineer", Utf8.All("AWS Certified Data Engineer", "AWS Data Engineer Associate")),
        ("gcp_data_engineer", Utf8.All("Google Professional Data Engineer", "GCP Data Engineer")),
        ("azure_data_engineer", Utf8.All("DP-203", "Microsoft Certified: Azure Data Engineer Associate")),
        ("databricks_data_engineer", Utf8.All("Databricks Certified Data Engineer Professional", "Databricks Data Engineer")),
        ("snowpro", Utf8.All("SnowPro Core", "Snowflake SnowPro Advanced")),
        ("kubernetes", Utf8.All("CKA", "CKAD")),
        ("dbt_analytics_engineer", Utf8.All("dbt Analytics Engineering Certification")),
        ("aws_data_analytics", Utf8.All("AWS Certified Data Analytics - Specialty", "AWS Big Data")),
        ("azure_solutions_architect", Utf8.All("AZ-305", "Azure Solutions Architect Expert")),
        ("azure_fabric", Utf8.All("DP-600", "Microsoft Fabric Analytics Engineer")),
        ("gcp_cloud_architect", Utf8.All("Google Professional Cloud Architect")),
        ("azure_administrator", Utf8.All("AZ-104")),
        ("aws_other", Utf8.All("AWS certification", "AWS Developer")),
        ("azure_other", Utf8.All("Azure Fundamentals AZ-900")),
        ("gcp_other", Utf8.All("Google Cloud Digital Leader")),
        ("databricks_other", Utf8.All("Databricks Spark Developer")),
        ("project_agile", Utf8.All("PMP", "Certified Scrum Master")),
        ("security", Utf8.All("CompTIA Security+", "CISSP")),
        ("networking", Utf8.All("CCNA")),
    ];

    /// <summary>Certifications without a member of their own.</summary>
    public static readonly Utf8[] OtherCertifications = Utf8.All(
        "TOGAF", "Six Sigma Green Belt", "CDMP", "Cloudera Certified Professional", "Tableau Desktop Specialist",
        "SAS Certified Specialist", "Informatica PowerCenter Developer");

    /// <summary>ML tools: 20 members, 30 spellings.</summary>
    public static readonly (string Member, Utf8[] Spellings)[] MlTools =
    [
        ("sagemaker", Utf8.All("SageMaker", "Amazon SageMaker")),
        ("mlflow", Utf8.All("MLflow", "MLFlow")),
        ("feast", Utf8.All("Feast")),
        ("vertex_ai", Utf8.All("Vertex AI")),
        ("azure_ml", Utf8.All("Azure ML", "Azure Machine Learning")),
        ("kubeflow", Utf8.All("Kubeflow")),
        ("weights_and_biases", Utf8.All("Weights & Biases", "wandb")),
        ("tecton", Utf8.All("Tecton")),
        ("metaflow", Utf8.All("Metaflow")),
        ("ray", Utf8.All("Ray")),
        ("langchain", Utf8.All("LangChain", "LangGraph")),
        ("llamaindex", Utf8.All("LlamaIndex")),
        ("openai", Utf8.All("OpenAI", "ChatGPT")),
        ("hugging_face", Utf8.All("Hugging Face", "Transformers")),
        ("tensorflow", Utf8.All("TensorFlow", "Keras")),
        ("pytorch", Utf8.All("PyTorch")),
        ("scikit_learn", Utf8.All("scikit-learn", "sklearn")),
        ("databricks", Utf8.All("Databricks")),
        ("vector_store", Utf8.All("FAISS", "pgvector")),
        (Other, Utf8.All("Triton")),
    ];

    /// <summary>Benefits: 24 members with five spellings each, in English, Portuguese, Spanish and German.</summary>
    public static readonly (string Member, Utf8[] Spellings)[] Benefits =
    [
        ("health_insurance", Utf8.All("Health insurance", "Medical insurance", "Plano de saúde", "Private health (ES)", "HSA")),
        ("dental_vision", Utf8.All("Dental", "Dental and vision", "Vision coverage", "Plano odontológico", "Optical cover")),
        ("retirement", Utf8.All("401(k)", "401k match", "Pension plan", "Retirement plan", "RRSP matching")),
        ("equity", Utf8.All("Equity", "Stock options", "RSUs", "ESPP", "Employee shares")),
        ("unlimited_pto", Utf8.All("Unlimited PTO", "Unlimited paid time off", "Unlimited vacation", "unlimited holiday", "UNLIMITED PTO (US)")),
        ("learning_budget", Utf8.All("Learning budget", "Training", "Tuition reimbursement", "Professional development", "Language courses")),
        ("conference_budget", Utf8.All("Conference budget", "Conferences", "Conference attendance", "One conference a year", "conference tickets")),
        ("remote_stipend", Utf8.All("Remote stipend", "Home office stipend", "Internet stipend", "Home-office budget", "home office setup")),
        ("hardware_choice", Utf8.All("Hardware of your choice", "Laptop", "MacBook", "Equipment", "Laptop novo")),
        ("paid_time_off", Utf8.All("Paid time off", "PTO", "30 vacation days", "Annual leave", "Paid holidays")),
        ("sick_leave", Utf8.All("Sick leave", "Sick days", "Paid sick time", "Sick pay", "sick-leave (DE)")),
        ("parental_leave", Utf8.All("Parental leave", "Maternity leave", "Paternity leave", "Auxílio creche", "Childcare")),
        ("life_insurance", Utf8.All("Life insurance", "Disability insurance", "Seguro de vida", "Accident insurance", "AD&D")),
        ("bonus", Utf8.All("Bonus", "Annual bonuses", "Profit sharing", "PLR", "Commission")),
        ("competitive_pay", Utf8.All("Competitive salary", "Competitive compensation", "Competitive", "Salary review", "Compensation package")),
        ("flexible_hours", Utf8.All("Flexible hours", "Flexible working hours", "Flexible schedule", "Flextime", "Work-life balance")),
        ("remote_work", Utf8.All("Remote work", "Hybrid work", "Work from home", "Work from anywhere", "100% remote (LATAM)")),
        ("wellness", Utf8.All("Wellness program", "Gym", "Gympass", "Wellhub", "Fitness (Zuschuss)")),
        ("meal_commuter", Utf8.All("Meal allowance", "Vale refeição", "Vale transporte", "Commuter benefits", "Free lunch")),
        ("volunteering", Utf8.All("Volunteer time", "Volunteering", "Volunteer hours", "Volunteer days", "Corporate volunteering")),
        ("relocation_visa", Utf8.All("Relocation", "Visa support", "Relocation package", "Immigration help", "Annual air ticket")),
        ("mental_health", Utf8.All("Mental health support", "Employee assistance program", "EAP", "Mental health app", "mental-health coaching")),
        ("career_growth", Utf8.All("Career growth", "Career progression", "Growth", "Mentorship", "Advancement")),
        (Other, Utf8.All("Dog-friendly office", "Cumpleaños libre", "Firmenfeiern", "Referral program", "Team events")),
    ];
}
