using SilverSample.Values;

namespace SilverSample.Linkedin;

/// <summary>Titles, functions and industries of postings.</summary>
static class JobTexts
{
    /// <summary>60 titles, by family and language; some with punctuation, accents or double blanks.</summary>
    public static readonly Utf8[] Titles = Utf8.All(
        "Data Engineer", "Senior Data Engineer", "Sr. Data Engineer (AWS)", "Lead Data Engineer", "Staff Data Engineer",
        "Principal Data Engineer", "Junior Data Engineer", "Data Engineer II", "Data Engineer - Remote", "Data  Engineer",
        "Cloud Data Engineer | Azure", "Data Engineer, Analytics", "Data Engineer/ETL Developer", "Big Data Engineer",
        "Data Engineer: Streaming & Kafka", "Data Platform Engineer", "Senior  Data Platform Engineer", "Analytics Engineer",
        "Senior Analytics Engineer (dbt)", "BI Engineer", "Business Intelligence Engineer", "Machine Learning Engineer",
        "ML Engineer, Recommendations", "MLOps Engineer", "Data Scientist", "Applied Scientist - NLP", "Data Analyst",
        "Senior Data Analyst", "Data Architect", "Enterprise Data Architect", "Research Engineer", "Database Engineer",
        "Snowflake Developer", "Databricks Engineer", "Data Engineering Manager", "Head of Data Engineering",
        "Data Engineering Intern", "Data Warehouse Developer", "Engenheiro de Dados", "Engenheira de Dados Sênior",
        "Engenheiro(a) de Dados Pleno", "Analista de Dados", "Arquiteto de Dados", "Cientista de Dados",
        "Ingeniero de Datos", "Ingeniera de Datos Senior", "Arquitecto de Datos (Híbrido)", "Analista de Datos  Jr.",
        "Ingénieur Data", "Ingénieur Data Confirmé H/F", "Architecte Données", "Développeur ETL - Paris",
        "Dateningenieur (m/w/d)", "Senior Data Engineer (m/w/d)", "Datenarchitekt", "Werkstudent Data Engineering",
        "Ingegnere dei Dati", "Inżynier Danych", "Veri Mühendisi", "データエンジニア");

    /// <summary>15 values of job_function.</summary>
    public static readonly Utf8[] Functions = Utf8.All(
        "Information Technology", "Engineering and Information Technology", "Engineering", "Information Technology and Engineering",
        "Analyst", "Analyst and Information Technology", "Consulting, Information Technology, and Engineering",
        "Business Development and Sales", "Research, Analyst, and Information Technology", "Finance and Sales",
        "Project Management and Information Technology", "Other", "Science", "Consulting", "Strategy/Planning and Information Technology");

    /// <summary>27 values of job_industries.</summary>
    public static readonly Utf8[] Industries = Utf8.All(
        "IT Services and IT Consulting", "Software Development", "Technology, Information and Internet", "Financial Services",
        "Staffing and Recruiting", "Hospitals and Health Care", "Insurance", "Banking", "Retail", "Telecommunications",
        "Business Consulting and Services", "Software Development and IT Services and IT Consulting", "Advertising Services",
        "Transportation, Logistics, Supply Chain and Storage", "Manufacturing", "Higher Education", "Government Administration",
        "Defense and Space Manufacturing", "Motor Vehicle Manufacturing", "Oil and Gas", "Utilities", "Media Production",
        "Computer Games", "Pharmaceutical Manufacturing", "Non-profit Organizations", "Information Services",
        "Technology, Information and Media");
}
