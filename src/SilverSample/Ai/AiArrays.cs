using SilverSample.Parquet;
using SilverSample.Values;
using SilverSample.Vocabularies;

namespace SilverSample.Ai;

/// <summary>The array columns of ai_enrichment (sample-data.md section 4, last table).</summary>
/// <remarks>
/// The length follows the slot rule of the column. The first item walks through the vocabulary by the rank among the
/// rows that have items, so that every member occurs however small the sample; further items are drawn freely,
/// the first members of a vocabulary more often than the last.
/// </remarks>
sealed class AiArrays(Draws draws)
{
    /// <summary>Slot rules of items, beyond those of the columns.</summary>
    const int ItemRule = 480;

    const int ItemsPerRow = 32;

    static readonly Utf8 s_notMentioned = "not_mentioned";
    static readonly Utf8 s_iac = "IaC";
    static readonly Utf8 s_automation = "automation";
    static readonly Utf8 s_europeanUnion = "EU";
    static readonly Utf8[] s_unexpectedCategories = Utf8.All("great_snacks", "brand_reputation", "unclear", "quantum_ready");

    static readonly Utf8[] s_freeSkills = [..
        from subject in (string[])["Batch", "Realtime", "Customer", "Finance", "Claims", "Risk", "Sensor", "Clickstream", "Geospatial", "Marketing",
            "Genomics", "Telemetry", "Ledger", "Pricing", "Inventory", "Fleet", "Payments", "Ad Tech", "Energy", "Compliance"]
        from practice in (string[])["reporting", "ingestion", "reconciliation", "forecasting", "simulation", "archiving", "scheduling", "tagging", "replication", "profiling"]
        select new Utf8($"{subject} {practice}")];

    static readonly Utf8[] s_upperSkills = [.. SkillCatalog.Hard.Select(s => new Utf8(s.Text.ToUpperInvariant()))];
    static readonly Utf8[] s_lowerSkills = [.. SkillCatalog.Hard.Select(s => new Utf8(s.Text.ToLowerInvariant()))];

    static readonly Utf8[] s_certifications = [.. FreeTerms.Certifications.SelectMany(c => c.Spellings)];
    static readonly Utf8[] s_mlTools = [.. FreeTerms.MlTools.SelectMany(c => c.Spellings)];
    static readonly Utf8[] s_stateCodes = [.. Places.States.Select(s => new Utf8(s.Code))];
    static readonly Utf8[] s_stateNames = [.. Places.States.Select(s => new Utf8(s.Name))];

    /// <summary>Writers by column name.</summary>
    public Dictionary<string, CellWriter<AiRow>> Writers() => new(StringComparer.Ordinal)
    {
        ["ext_must_have_hard_skills"] = MustHaveSkills,
        ["ext_nice_to_have_hard_skills"] = NiceToHaveSkills,
        ["ext_must_have_soft_skills"] = (r, c) => SoftSkills(r, c, "ext_must_have_soft_skills", 250, 6),
        ["ext_nice_to_have_soft_skills"] = (r, c) => SoftSkills(r, c, "ext_nice_to_have_soft_skills", 965, 2),
        ["ext_certifications_mentioned"] = Certifications,
        ["ext_allowed_countries"] = AllowedCountries,
        ["ext_excluded_countries"] = (r, c) => Plain(r, c, "ext_excluded_countries", 985, 1, 1, Places.CountryCodes),
        ["ext_us_state_restrictions"] = States,
        ["ext_benefits_mentioned"] = Benefits,
        ["inf_secondary_clouds"] = SecondaryClouds,
        ["inf_career_tracks_available"] = (r, c) => Plain(r, c, "inf_career_tracks_available", 780, 1, 2, ArrayCodes.CareerTracks),
        ["anl_maturity_signals"] = MaturitySignals,
        ["anl_tech_culture_signals"] = CultureSignals,
        ["anl_dev_practices_mentioned"] = DevPractices,
        ["anl_ml_tools_expected"] = (r, c) => Plain(r, c, "anl_ml_tools_expected", 900, 1, 5, s_mlTools),
        ["anl_strength_categories"] = (r, c) => Categories(r, c, "anl_strength_categories", 2, 5, ArrayCodes.Strengths),
        ["anl_concern_categories"] = (r, c) => Categories(r, c, "anl_concern_categories", 1, 4, ArrayCodes.Concerns),
        ["anl_best_fit_categories"] = (r, c) => Categories(r, c, "anl_best_fit_categories", 1, 4, ArrayCodes.BestFit),
        ["anl_probe_categories"] = (r, c) => Categories(r, c, "anl_probe_categories", 3, 7, ArrayCodes.Probes),
        ["anl_leverage_categories"] = (r, c) => Categories(r, c, "anl_leverage_categories", 1, 3, ArrayCodes.Leverage),
        ["anl_strength_details"] = (r, c) => Details(r, c, 1),
        ["anl_concern_details"] = (r, c) => Details(r, c, 2),
        ["anl_best_fit_details"] = (r, c) => Details(r, c, 3),
        ["anl_probe_details"] = (r, c) => Details(r, c, 4),
        ["anl_leverage_details"] = (r, c) => Details(r, c, 5),
    };

    void MustHaveSkills(AiRow row, Cell cell)
    {
        var (items, turn) = Length(row, "ext_must_have_hard_skills", 10, 0, 3, 25);
        var list = ListBuilder.Start();
        for (var n = 0; n < items; n++)
        {
            HardSkill(list, row, 0, n, turn);
        }

        if (items > 0 && IsSoftToo(row))
        {
            list.AddNext(SkillCatalog.Soft, draws.Pick(200, row.Rank, SkillCatalog.Soft.Length));
        }

        list.WriteTo(cell, row.MostItems);
    }

    void NiceToHaveSkills(AiRow row, Cell cell)
    {
        var (items, turn) = Length(row, "ext_nice_to_have_hard_skills", 330, 0, 1, 8);
        var (required, requiredTurn) = Length(row, "ext_must_have_hard_skills", 10, 0, 3, 25);
        var list = ListBuilder.Start();
        for (var n = 0; n < items; n++)
        {
            if (n == 0 && required > 0 && draws.Pick(201, row.Rank, 10) == 0)
            {
                HardSkill(list, row, 0, 0, requiredTurn);
            }
            else
            {
                HardSkill(list, row, 1, n, turn + 100);
            }
        }

        list.WriteTo(cell, row.MostItems);
    }

    /// <summary>70% catalog names in any casing, 20% aliases, 10% free terms.</summary>
    void HardSkill(ListBuilder list, AiRow row, int set, int n, long turn)
    {
        var item = (((row.Rank * 2) + set) * ItemsPerRow) + n;
        var kind = Draws.Slot(item, ItemRule);
        if (kind >= 900)
        {
            list.AddNext(s_freeSkills, draws.Pick(202, item, s_freeSkills.Length));
        }
        else if (kind >= 700)
        {
            list.AddNext(SkillCatalog.Aliases, draws.Pick(203, item, SkillCatalog.Aliases.Length));
        }
        else
        {
            var spellings = draws.Pick(204, item, 4) switch
            {
                0 => s_upperSkills,
                1 => s_lowerSkills,
                _ => SkillCatalog.Hard,
            };
            list.AddNext(spellings, n == 0 ? (int)(turn % spellings.Length) : Skewed(205, item, spellings.Length));
        }
    }

    void SoftSkills(AiRow row, Cell cell, string column, int empty, int most)
    {
        var (items, turn) = Length(row, column, empty, 0, 1, most);
        var list = ListBuilder.Start();
        if (items > 0 && IsSoftToo(row))
        {
            list.AddNext(SkillCatalog.Soft, draws.Pick(200, row.Rank, SkillCatalog.Soft.Length));
        }

        Free(list, row, AiSchema.Rule(column), items, turn, SkillCatalog.Soft);
        list.WriteTo(cell, row.MostItems);
    }

    /// <summary>2% of the rows name one soft skill among the hard ones as well.</summary>
    static bool IsSoftToo(AiRow row) => Draws.Slot(row.Rank, ItemRule + 1) < 20;

    void Certifications(AiRow row, Cell cell)
    {
        var (items, turn) = Length(row, "ext_certifications_mentioned", 780, 5, 1, 4);
        if (items < 0)
        {
            cell.Null();
            return;
        }

        var list = ListBuilder.Start();
        for (var n = 0; n < items; n++)
        {
            var item = (row.Rank * ItemsPerRow) + n;
            if (n > 0 && draws.Pick(206, item, 1000) < 330)
            {
                list.AddNext(FreeTerms.OtherCertifications, draws.Pick(207, item, FreeTerms.OtherCertifications.Length));
            }
            else
            {
                list.AddNext(s_certifications, n == 0 ? (int)(turn % s_certifications.Length) : draws.Pick(208, item, s_certifications.Length));
            }
        }

        list.WriteTo(cell, row.MostItems);
    }

    void AllowedCountries(AiRow row, Cell cell)
    {
        var (items, turn) = Length(row, "ext_allowed_countries", 290, 27, 1, 3);
        if (items < 0)
        {
            cell.Null();
            return;
        }

        var list = ListBuilder.Start();
        for (var n = 0; n < items; n++)
        {
            var item = (row.Rank * ItemsPerRow) + n;
            if (n > 0 && Draws.Slot(item, ItemRule + 2) < 20)
            {
                list.Add(s_europeanUnion);
            }
            else
            {
                list.AddNext(Places.CountryCodes, n < 2 ? (int)((turn + (n * 125)) % Places.CountryCodes.Length) : draws.Pick(209, item, Places.CountryCodes.Length));
            }
        }

        list.WriteTo(cell, row.MostItems);
    }

    void States(AiRow row, Cell cell)
    {
        var (items, turn) = Length(row, "ext_us_state_restrictions", 880, 22, 1, 4);
        if (items < 0)
        {
            cell.Null();
            return;
        }

        var list = ListBuilder.Start();
        for (var n = 0; n < items; n++)
        {
            var item = (row.Rank * ItemsPerRow) + n;
            var spellings = Draws.Slot(item, ItemRule + 3) < 100 ? s_stateNames : s_stateCodes;
            list.AddNext(spellings, (int)((turn + (n * 17)) % spellings.Length));
        }

        list.WriteTo(cell, row.MostItems);
    }

    void Benefits(AiRow row, Cell cell)
    {
        var (items, turn) = Length(row, "ext_benefits_mentioned", 550, 5, 1, 10);
        if (items < 0)
        {
            cell.Null();
            return;
        }

        var list = ListBuilder.Start();
        for (var n = 0; n < items; n++)
        {
            var item = (row.Rank * ItemsPerRow) + n;
            var benefit = FreeTerms.Benefits[n == 0 ? turn % FreeTerms.Benefits.Length : Skewed(210, item, FreeTerms.Benefits.Length)];
            list.AddNext(benefit.Spellings, draws.Pick(211, item, benefit.Spellings.Length));
            if (n == 0 && draws.Pick(212, row.Rank, 1000) < 200)
            {
                list.AddNext(benefit.Spellings, draws.Pick(211, item, benefit.Spellings.Length) + 1);
            }
        }

        list.WriteTo(cell, row.MostItems);
    }

    void SecondaryClouds(AiRow row, Cell cell)
    {
        var (items, turn) = Length(row, "inf_secondary_clouds", 910, 0, 1, 2);
        var list = ListBuilder.Start();
        if (items > 0)
        {
            var primary = row.Code("inf_primary_cloud");
            var isPrimary = Array.Find(ArrayCodes.Clouds, c => c.Text == primary?.Text);
            if (isPrimary is not null && draws.Pick(213, row.Rank, 20) == 0)
            {
                list.Add(isPrimary);
            }

            for (var place = (int)(turn % ArrayCodes.Clouds.Length); list.Count < items; place++)
            {
                var cloud = ArrayCodes.Clouds[place % ArrayCodes.Clouds.Length];
                if (cloud != isPrimary)
                {
                    list.Add(cloud);
                }
            }
        }

        list.WriteTo(cell, row.MostItems);
    }

    void MaturitySignals(AiRow row, Cell cell)
    {
        var (items, turn) = Length(row, "anl_maturity_signals", 140, 0, 1, 6);
        var list = ListBuilder.Start();
        Free(list, row, AiSchema.Rule("anl_maturity_signals"), items, turn, ArrayCodes.MaturitySignals);
        if (items > 0 && Draws.Slot(row.Rank, ItemRule + 4) < 5)
        {
            list.Add(s_automation);
        }

        list.WriteTo(cell, row.MostItems);
    }

    /// <summary>25% not_mentioned, 35% maturity codes in the wrong field, the rest culture codes.</summary>
    void CultureSignals(AiRow row, Cell cell)
    {
        var (items, turn) = Length(row, "anl_tech_culture_signals", 470, 0, 1, 4);
        var list = ListBuilder.Start();
        for (var n = 0; n < items; n++)
        {
            var item = (row.Rank * ItemsPerRow) + n;
            switch (Draws.Slot(item, ItemRule + 5))
            {
                case < 250:
                    list.Add(s_notMentioned);
                    break;
                case < 600:
                    list.AddNext(ArrayCodes.MaturitySignals, draws.Pick(214, item, ArrayCodes.MaturitySignals.Length));
                    break;
                default:
                    list.AddNext(ArrayCodes.CultureSignals, (int)((turn + n) % ArrayCodes.CultureSignals.Length));
                    break;
            }
        }

        list.WriteTo(cell, row.MostItems);
    }

    void DevPractices(AiRow row, Cell cell)
    {
        var (items, turn) = Length(row, "anl_dev_practices_mentioned", 490, 0, 1, 4);
        var list = ListBuilder.Start();
        for (var n = 0; n < items; n++)
        {
            var item = (row.Rank * ItemsPerRow) + n;
            switch (Draws.Slot(item, ItemRule + 6))
            {
                case < 150:
                    list.Add(s_notMentioned);
                    break;
                case < 170:
                    list.Add(s_iac);
                    break;
                default:
                    list.AddNext(ArrayCodes.DevPractices, n == 0 ? (int)(turn % ArrayCodes.DevPractices.Length) : Skewed(215, item, ArrayCodes.DevPractices.Length));
                    break;
            }
        }

        list.WriteTo(cell, row.MostItems);
    }

    /// <summary>Codes of the vocabulary v3.4; 20 of 1,000 items are outside.</summary>
    void Categories(AiRow row, Cell cell, string column, int fewest, int most, Utf8[] members)
    {
        var rule = AiSchema.Rule(column);
        var (items, turn) = Length(row, column, column == "anl_best_fit_categories" ? 5 : 0, 0, fewest, most);
        var list = ListBuilder.Start();
        for (var n = 0; n < items; n++)
        {
            var item = (row.Rank * ItemsPerRow) + n;
            if (Draws.Slot(item, rule) < 20)
            {
                list.AddNext(s_unexpectedCategories, draws.Pick(216, item, s_unexpectedCategories.Length));
            }
            else
            {
                list.AddNext(members, n == 0 ? (int)(turn % members.Length) : Skewed(217, (item * Draws.Rules) + rule, members.Length));
            }
        }

        list.WriteTo(cell, row.MostItems);
    }

    void Details(AiRow row, Cell cell, int kind)
    {
        var list = ListBuilder.Start();
        var items = draws.Between(218, (row.Rank * 8) + kind, 1, 3);
        for (var n = 0; n < items; n++)
        {
            list.Add(SentencePool.At(Draws.Hash(draws.Seed, 219, (ulong)((row.Rank * ItemsPerRow) + (kind * 4) + n))));
        }

        list.WriteTo(cell, row.MostItems);
    }

    void Plain(AiRow row, Cell cell, string column, int empty, int fewest, int most, Utf8[] members)
    {
        var (items, turn) = Length(row, column, empty, 0, fewest, most);
        var list = ListBuilder.Start();
        Free(list, row, AiSchema.Rule(column), items, turn, members);
        list.WriteTo(cell, row.MostItems);
    }

    void Free(ListBuilder list, AiRow row, int rule, int items, long turn, Utf8[] members)
    {
        while (list.Count < Math.Min(items, members.Length))
        {
            var item = (((row.Rank * Draws.Rules) + rule) * ItemsPerRow) + list.Count;
            list.AddNext(members, list.Count == 0 ? (int)(turn % members.Length) : Skewed(220, item, members.Length));
        }
    }

    /// <summary>
    /// Number of items, 0 for <paramref name="empty"/> and -1 (NULL) for <paramref name="missing"/> of 1,000 rows, and
    /// the turn of the row among those with items.
    /// </summary>
    (int Items, long Turn) Length(AiRow row, string column, int empty, int missing, int fewest, int most)
    {
        var rule = AiSchema.Rule(column);
        var slot = Draws.Slot(row.Rank, rule);
        if (slot < empty + missing)
        {
            return (slot < empty ? 0 : -1, 0);
        }

        var filled = 1000 - empty - missing;
        var turn = (row.Rank / 1000 * filled) + slot - empty - missing;
        return (draws.Between(221, (row.Rank * Draws.Rules) + rule, fewest, most), turn);
    }

    /// <summary>A place below <paramref name="count"/>, small ones more often.</summary>
    int Skewed(int stream, long index, int count)
    {
        var x = (long)draws.Pick(stream, index, 10_000);
        return (int)(count * x * x / 100_000_000);
    }
}
