namespace Gild.Engine.Parsing;

/// <summary>
/// The keys that dbt 1.11's published schema of property files knows, by the list that an element stands in. Projects on the adapters for
/// which dbt validates against that schema are told of every other key.
/// </summary>
static class PropertySchema
{
    /// <summary>Config keys of the warehouses that dbt's schema covers; every resource with a relation may carry them.</summary>
    const string WarehouseConfigs = """
        adapter_properties as_columnstore auto_liquid_cluster auto_refresh automatic_clustering backup base_location_root
        base_location_subpath batch_id bind buckets catalog catalog_name category cluster_by clustered_by compression
        copy_grants databricks_compute databricks_tags dataproc_cluster_name description dist enable_list_inference
        enable_refresh enabled external_volume file_format grant_access_to hours_to_expiration include_full_name_in_path
        indexes initialize intermediate_format jar_file_uri kms_key_name labels labels_from_meta liquid_clustered_by
        location_root matched_condition max_staleness merge_with_schema_evolution meta not_matched_by_source_action
        not_matched_by_source_condition not_matched_condition notebook_template_id partition_by partition_expiration_days
        partitions primary_key query_tag refresh_interval_minutes refresh_mode require_partition_filter resource_tags
        row_access_policy schedule secure skip_matched_step skip_not_matched_step snowflake_warehouse sort sort_type
        source_alias static_analysis table_tag table_type tags target_alias target_lag tblproperties timeout tmp_relation_type
        transient
        """;

    static readonly Dictionary<string, HashSet<string>> Configs = new(StringComparer.Ordinal)
    {
        ["models"] = Words(WarehouseConfigs, """
            access additional_libs alias batch_size begin cluster_id column_types concurrent_batches contract create_notebook
            custom_checks database docs event_time external_access_integrations freshness full_refresh grants group http_path
            imports incremental_predicates incremental_strategy index_url job_cluster_config location lookback materialized
            merge_exclude_columns merge_update_columns on_configuration_change on_schema_change packages persist_docs post_hook
            pre_hook predicates python_job_config python_version quoting schema secrets sql_header state strictness
            submission_method sync table_format unique_key use_anonymous_sproc user_folder_for_python
            """),
        ["seeds"] = Words(WarehouseConfigs, """
            alias column_types database delimiter docs event_time full_refresh grants group materialized persist_docs post_hook
            pre_hook quote_columns quoting schema
            """),
        ["snapshots"] = Words(WarehouseConfigs, """
            alias check_cols database dbt_valid_to_current docs event_time full_refresh grants group hard_deletes
            invalidate_hard_deletes materialized persist_docs post_hook pre_hook quote_columns quoting schema
            snapshot_meta_column_names strategy sync target_database target_schema unique_key updated_at
            """),
        ["sources"] = Words(WarehouseConfigs, """
            event_time freshness loaded_at_field loaded_at_query quoting schema_origin sync
            """),
        ["data_tests"] = Words(WarehouseConfigs, """
            alias database error_if fail_calc full_refresh group limit materialized quoting schema severity store_failures
            store_failures_as warn_if where
            """),
        ["unit_tests"] = Words(WarehouseConfigs, """
            
            """),
        ["functions"] = Words(WarehouseConfigs, """
            access alias database docs entry_point grants group on_configuration_change quoting runtime_version schema type
            volatility
            """),
        ["analyses"] = Words("""
            description docs enabled group meta static_analysis tags
            """),
        ["exposures"] = Words("""
            enabled meta tags
            """),
        ["metrics"] = Words("""
            enabled group meta tags
            """),
        ["saved_queries"] = Words("""
            cache enabled export_as group meta schema tags
            """),
        ["semantic_models"] = Words("""
            config enabled group name
            """),
        ["groups"] = Words("""
            meta
            """),
        ["macros"] = Words("""
            docs meta
            """),
        ["columns"] = Words("""
            databricks_tags meta tags
            """),
    };

    static readonly Dictionary<string, HashSet<string>> Objects = new(StringComparer.Ordinal)
    {
        ["models"] = Words("""
            agg_time_dimension columns config constraints data_tests deprecation_date derived_semantics description identifier
            latest_version metrics name primary_entity semantic_model static_analysis_off_reason tests time_spine versions
            """),
        ["seeds"] = Words("""
            columns config data_tests description name static_analysis_off_reason tests
            """),
        ["snapshots"] = Words("""
            columns config data_tests description name relation static_analysis_off_reason tests
            """),
        ["sources"] = Words("""
            catalog config database description loader name quoting schema tables
            """),
        ["tables"] = Words("""
            columns config data_tests description external identifier loader name quoting tests
            """),
        ["columns"] = Words("""
            column_mask config constraints data_tests data_type databricks_tags description dimension entity granularity name
            policy_tags quote tests
            """),
        ["data_tests"] = Words("""
            config description name static_analysis_off_reason
            """),
        ["unit_tests"] = Words("""
            config description expect given model name overrides static_analysis_off_reason versions
            """),
        ["functions"] = Words("""
            arguments config data_tests description identifier language name returns static_analysis_off_reason tests
            """),
        ["analyses"] = Words("""
            columns config description name static_analysis_off_reason
            """),
        ["exposures"] = Words("""
            config depends_on description label maturity name owner type url
            """),
        ["groups"] = Words("""
            config description name owner
            """),
        ["macros"] = Words("""
            arguments config description docs meta name
            """),
    };

    static readonly HashSet<string> None = [];

    /// <summary>What may stand under <c>config:</c> of an element of <paramref name="list"/>; empty for a list that the schema leaves open.</summary>
    public static IReadOnlySet<string> ConfigKeys(string list) => Configs.GetValueOrDefault(list == "tables" ? "sources" : list, None);

    /// <summary>What may stand beside <c>name:</c> in an element of <paramref name="list"/>; empty for a list that the schema leaves open.</summary>
    public static IReadOnlySet<string> ObjectKeys(string list) => Objects.GetValueOrDefault(list, None);

    static HashSet<string> Words(params string[] texts) =>
        [.. texts.SelectMany(t => t.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))];
}
