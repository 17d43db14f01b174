namespace Gild.Engine;

/// <summary>dbt's warnings by event name, with the codes that its JSON log lines carry.</summary>
public static class WarningEvents
{
    public const string DeprecationsSummary = "DeprecationsSummary";

    static readonly Dictionary<string, string> Codes = new(StringComparer.Ordinal)
    {
        ["BehaviorChangeEvent"] = "D000",
        ["PackageRedirectDeprecation"] = "D001",
        ["PackageInstallPathDeprecation"] = "D002",
        ["ConfigSourcePathDeprecation"] = "D003",
        ["ConfigDataPathDeprecation"] = "D004",
        ["AdapterDeprecationWarning"] = "D005",
        ["MetricAttributesRenamed"] = "D006",
        ["ExposureNameDeprecation"] = "D007",
        ["EnvironmentVariableRenamed"] = "D009",
        ["ConfigLogPathDeprecation"] = "D010",
        ["ConfigTargetPathDeprecation"] = "D011",
        ["CollectFreshnessReturnSignature"] = "D012",
        ["ProjectFlagsMovedDeprecation"] = "D013",
        ["SpacesInResourceNameDeprecation"] = "D014",
        ["ResourceNamesWithSpacesDeprecation"] = "D015",
        ["PackageMaterializationOverrideDeprecation"] = "D016",
        ["SourceFreshnessProjectHooksNotRun"] = "D017",
        ["MFTimespineWithoutYamlConfigurationDeprecation"] = "D018",
        ["MFCumulativeTypeParamsDeprecation"] = "D019",
        ["MicrobatchMacroOutsideOfBatchesDeprecation"] = "D020",
        ["GenericJSONSchemaValidationDeprecation"] = "D022",
        ["UnexpectedJinjaBlockDeprecation"] = "D023",
        ["DuplicateYAMLKeysDeprecation"] = "D024",
        ["CustomTopLevelKeyDeprecation"] = "D025",
        ["CustomKeyInConfigDeprecation"] = "D026",
        ["CustomKeyInObjectDeprecation"] = "D027",
        ["DeprecationsSummary"] = "D028",
        ["CustomOutputPathInSourceFreshnessDeprecation"] = "D029",
        ["PropertyMovedToConfigDeprecation"] = "D030",
        ["WEOIncludeExcludeDeprecation"] = "D031",
        ["ModelParamUsageDeprecation"] = "D032",
        ["ModulesItertoolsUsageDeprecation"] = "D034",
        ["SourceOverrideDeprecation"] = "D035",
        ["EnvironmentVariableNamespaceDeprecation"] = "D036",
        ["MissingPlusPrefixDeprecation"] = "D037",
        ["ArgumentsPropertyInGenericTestDeprecation"] = "D038",
        ["MissingArgumentsPropertyInGenericTestDeprecation"] = "D039",
        ["DuplicateNameDistinctNodeTypesDeprecation"] = "D040",
        ["GetMetaKeyWarning"] = "D041",
        ["CatalogGenerationError"] = "E040",
        ["ConstraintNotEnforced"] = "E048",
        ["ConstraintNotSupported"] = "E049",
        ["InvalidValueForField"] = "I008",
        ["ValidationWarning"] = "I009",
        ["UnusedResourceConfigPath"] = "I051",
        ["SeedIncreased"] = "I052",
        ["SeedExceedsLimitSamePath"] = "I053",
        ["SeedExceedsLimitAndPathChanged"] = "I054",
        ["SeedExceedsLimitChecksumChanged"] = "I055",
        ["UnusedTables"] = "I056",
        ["WrongResourceSchemaFile"] = "I057",
        ["NoNodeForYamlKey"] = "I058",
        ["MacroNotFoundForPatch"] = "I059",
        ["NodeNotFoundOrDisabled"] = "I060",
        ["JinjaLogWarning"] = "I061",
        ["DeprecatedModel"] = "I065",
        ["UpcomingReferenceDeprecation"] = "I066",
        ["DeprecatedReference"] = "I067",
        ["UnsupportedConstraintMaterialization"] = "I068",
        ["SemanticValidationFailure"] = "I070",
        ["UnversionedBreakingChange"] = "I071",
        ["WarnStateTargetEqual"] = "I072",
        ["FreshnessConfigProblem"] = "I073",
        ["MicrobatchModelNoEventTimeInputs"] = "I074",
        ["InvalidConcurrentBatchesConfig"] = "I075",
        ["InvalidMacroAnnotation"] = "I076",
        ["PackageNodeDependsOnRootProjectNode"] = "I077",
        ["DepsUnpinned"] = "M029",
        ["NoNodesForSelectionCriteria"] = "M030",
        ["DepsScrubbedPackageName"] = "M035",
        ["NothingToDo"] = "Q035",
        ["NoNodesSelected"] = "Q038",
        ["SnapshotTimestampWarning"] = "Q043",
        ["RunResultWarning"] = "Z021",
        ["RunResultWarningMessage"] = "Z046",
    };

    /// <summary>The event's code; <c>Z050</c> (a note) for a warning that dbt has no event for.</summary>
    public static string CodeOf(string name) => Codes.GetValueOrDefault(name, "Z050");

    /// <summary>Whether <paramref name="name"/> can be named in <c>--warn-error-options</c>.</summary>
    public static bool IsKnown(string name) => Codes.ContainsKey(name);

    /// <summary>
    /// Whether the warning is a deprecation of a project's way of writing: said once a command and counted in the summary at its end.
    /// What a template or a model's owner says each time (<c>SpacesInResourceNameDeprecation</c>, <c>GetMetaKeyWarning</c>) is none.
    /// </summary>
    public static bool IsDeprecation(string name) => CodeOf(name)[0] == 'D' && name is not (
        DeprecationsSummary or "SpacesInResourceNameDeprecation" or "BehaviorChangeEvent" or "GetMetaKeyWarning");
}
