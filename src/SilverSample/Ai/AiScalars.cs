using SilverSample.Parquet;
using SilverSample.Values;

namespace SilverSample.Ai;

/// <summary>
/// Booleans, numbers, scores and free text of ai_enrichment, and the code columns Gold does not read
/// (sample-data.md section 4).
/// </summary>
sealed class AiScalars(Draws draws)
{
    const int DisclosedRate = 160, HourlyRate = 12, DailyRate = 6, H1bRate = 8;

    static readonly PerMille s_currency = new("USD 850, EUR 90, GBP 30, XXX 30");
    static readonly PerMille s_hourCurrency = new("USD 900, EUR 100");
    static readonly PerMille s_negotiable = new("not_mentioned 985, doe 5, yes 5, fixed 5");
    static readonly PerMille s_overtime = new("not_mentioned 980, yes 8, no 7, exempt 5");
    static readonly PerMille s_educationRequirement = new("not_mentioned 520, required 430, or_equivalent 40, preferred 10");
    static readonly PerMille s_residency = new("not_mentioned 850, must_be_resident 100, no_requirement 40, willing_to_relocate 10");
    static readonly PerMille s_educationArea = new("NULL 560, Computer Science 300, Engineering 80, Mathematics 40, Statistics 20");
    static readonly Utf8 s_yearly = "yearly";
    static readonly Utf8 s_monthly = "monthly";
    static readonly Utf8 s_months = "fixed term";
    static readonly Utf8 s_team = "{\"engineers\": 5, \"analysts\": 2}";
    static readonly string[] s_maturityLevels = ["ad_hoc", "developing", "defined", "managed", "optimizing"];

    /// <summary>Writers by column name.</summary>
    public Dictionary<string, CellWriter<AiRow>> Writers()
    {
        var writers = new Dictionary<string, CellWriter<AiRow>>(StringComparer.Ordinal);
        AddSalary(writers);
        AddFlags(writers);
        AddScores(writers);
        AddFreeText(writers);
        AddOtherCodes(writers);
        writers["ext_years_experience_min"] = (r, c) => c.Number(YearsMin(r));
        writers["ext_years_experience_max"] = (r, c) => c.Number(
            YearsMin(r) is { } min && Draws.Slot(r.Rank, AiSchema.Rule("ext_years_experience_max")) < 125 ? min + draws.Between(110, r.Rank, 1, 5) : null);
        writers["ext_contract_duration_months"] = (r, c) => c.Number(Duration(r));
        return writers;
    }

    /// <summary>inf_h1b_friendly is true.</summary>
    public static bool IsH1bFriendly(AiRow row) => Draws.Slot(row.Rank, AiSchema.Rule("inf_h1b_friendly")) < H1bRate;

    void AddSalary(Dictionary<string, CellWriter<AiRow>> writers)
    {
        var rule = AiSchema.Rule("ext_salary_disclosed");
        var hourly = AiSchema.Rule("ext_hourly_rate_min");
        var daily = AiSchema.Rule("ext_daily_rate_min");
        var currency = AiSchema.Rule("ext_salary_currency");
        var period = AiSchema.Rule("ext_salary_period");
        bool Disclosed(AiRow r) => Draws.Slot(r.Rank, rule) < DisclosedRate;

        // Currency and period are rates among the disclosed salaries.
        long Turn(AiRow r) => Draws.Rank(r.Rank, rule, DisclosedRate);
        bool Monthly(AiRow r) => draws.Pick(111, r.Rank, 20) == 0;
        double Min(AiRow r) => Monthly(r) ? 3_000 + (100 * draws.Pick(112, r.Rank, 100)) : 60_000 + (500 * draws.Pick(112, r.Rank, 300));
        double Max(AiRow r) => Math.Round(Min(r) * draws.Between(113, r.Rank, 105, 150) / 100);
        bool Hourly(AiRow r) => Draws.Slot(r.Rank, hourly) < HourlyRate;
        bool Daily(AiRow r) => Draws.Slot(r.Rank, daily) < DailyRate;

        writers["ext_salary_disclosed"] = (r, c) => c.Flag(Disclosed(r));
        writers["ext_salary_min"] = (r, c) => c.Number(Disclosed(r) ? Min(r) : null);
        writers["ext_salary_max"] = (r, c) => c.Number(Disclosed(r) ? Max(r) : null);
        writers["ext_salary_currency"] = (r, c) => c.Text(Disclosed(r) ? s_currency[Draws.Slot(Turn(r), currency)] : null);
        writers["ext_salary_period"] = (r, c) => c.Text(
            !Disclosed(r) || Draws.Slot(Turn(r), period) < 200 ? null : Monthly(r) ? s_monthly : s_yearly);
        writers["ext_salary_text_raw"] = (r, c) => Range(c, Disclosed(r), Min(r), Max(r));
        AddRate(writers, "ext_hourly_rate", Hourly, r => 40 + (5 * draws.Pick(114, r.Rank, 25)));
        AddRate(writers, "ext_daily_rate", Daily, r => 300 + (50 * draws.Pick(115, r.Rank, 15)));
    }

    void AddRate(Dictionary<string, CellWriter<AiRow>> writers, string column, Func<AiRow, bool> isGiven, Func<AiRow, double> min)
    {
        writers[column + "_min"] = (r, c) => c.Number(isGiven(r) ? min(r) : null);
        writers[column + "_max"] = (r, c) => c.Number(isGiven(r) ? min(r) * 1.25 : null);
        writers[column + "_currency"] = (r, c) => c.Text(isGiven(r) ? s_hourCurrency[draws.Pick(116, r.Rank, 1000)] : null);
        writers[column + "_text_raw"] = (r, c) => Range(c, isGiven(r), min(r), min(r) * 1.25);
    }

    static void AddFlags(Dictionary<string, CellWriter<AiRow>> writers)
    {
        void Flag(string column, int trueRate, int nullRate = 0)
        {
            var rule = AiSchema.Rule(column);
            writers[column] = (r, c) =>
            {
                var slot = Draws.Slot(r.Rank, rule);
                c.Flag(slot >= 1000 - nullRate ? null : slot < trueRate);
            };
        }

        Flag("ext_equity_mentioned", 50);
        Flag("ext_learning_budget_mentioned", 80);
        Flag("ext_conference_budget_mentioned", 8);
        Flag("ext_hardware_choice_mentioned", 16);
        Flag("ext_llm_genai_mentioned", 150);
        Flag("ext_feature_store_mentioned", 22);
        Flag("inf_relocation_required", 22);
        Flag("inf_h1b_friendly", H1bRate, 27);
        Flag("inf_opt_cpt_friendly", 3, 27);
        Flag("inf_promotion_path_mentioned", 5);
        Flag("inf_internal_mobility_mentioned", 6);
        Flag("inf_skill_inflation_detected", 54);
        Flag("anl_cross_functional_embedded", 184);
        Flag("anl_tech_debt_awareness", 16);
    }

    void AddScores(Dictionary<string, CellWriter<AiRow>> writers)
    {
        void Score(string column, int lowest, int highest)
        {
            var rule = AiSchema.Rule(column);
            writers[column] = (r, c) => c.Number(Draws.Slot(r.Rank, rule) switch
            {
                < 3 => 1.5,
                < 5 => -0.1,
                _ => draws.Between(117, (r.Rank * Draws.Rules) + rule, lowest, highest) / 100.0,
            });
        }

        Score("anl_scope_creep_score", 10, 60);
        Score("anl_overtime_risk_score", 10, 65);
        Score("anl_overall_red_flag_score", 12, 55);
        Score("anl_work_life_balance_score", 20, 85);
        Score("anl_growth_opportunities_score", 20, 85);
        Score("anl_tech_culture_score", 20, 85);
        Score("anl_recommendation_score", 40, 90);
        var maturity = AiSchema.Rule("anl_data_maturity_score");
        writers["anl_data_maturity_score"] = (r, c) =>
        {
            var level = Array.IndexOf(s_maturityLevels, r.Code("anl_data_maturity_level")?.Text) + 1;
            c.Number(level == 0 || Draws.Slot(r.Rank, maturity) < 5 ? null : level);
        };
        var recommendation = AiSchema.Rule("anl_recommendation_confidence");
        writers["anl_recommendation_confidence"] = (r, c) => c.Number(
            Draws.Slot(r.Rank, recommendation) < 146 ? null : draws.Between(118, r.Rank, 50, 99) / 100.0);
    }

    void AddFreeText(Dictionary<string, CellWriter<AiRow>> writers)
    {
        void Sometimes(string column, int rate)
        {
            var rule = AiSchema.Rule(column);
            writers[column] = (r, c) => c.Text(Draws.Slot(r.Rank, rule) < rate
                ? SentencePool.At(Draws.Hash(draws.Seed, 119, (ulong)((r.Rank * Draws.Rules) + rule)))
                : null);
        }

        Sometimes("ext_work_auth_text", 150);
        Sometimes("ext_citizenship_text", 60);
        Sometimes("ext_location_restriction_text", 300);
        Sometimes("ext_start_date_text", 90);
        Sometimes("ext_probation_period_text", 30);
        Sometimes("ext_years_experience_text", 760);
        Sometimes("ext_education_text_raw", 470);
        Sometimes("ext_team_info_text", 500);
        Sometimes("ext_company_description_text", 800);
        Sometimes("anl_overall_assessment", 1000);
        var team = AiSchema.Rule("anl_team_composition");
        writers["anl_team_composition"] = (r, c) => c.Text(Draws.Slot(r.Rank, team) < 120 ? s_team : null);
        writers["ext_contract_duration_text"] = (r, c) => c.Text(Duration(r) is null ? null : s_months);
        foreach (var old in (string[])["anl_strengths", "anl_concerns", "anl_best_fit_for", "anl_red_flags_to_probe", "anl_negotiation_leverage"])
        {
            writers[old] = (_, c) => c.Null();
        }
    }

    static void AddOtherCodes(Dictionary<string, CellWriter<AiRow>> writers)
    {
        void Code(string column, PerMille distribution)
        {
            var rule = AiSchema.Rule(column);
            writers[column] = (r, c) => c.Text(distribution[Draws.Slot(r.Rank, rule)]);
        }

        Code("ext_rate_negotiable", s_negotiable);
        Code("ext_overtime_paid", s_overtime);
        Code("ext_education_requirement", s_educationRequirement);
        Code("ext_residency_requirement", s_residency);
        Code("ext_education_area", s_educationArea);
        writers["ext_education_stated"] = (_, c) => c.Null();
    }

    double? YearsMin(AiRow row) => Draws.Slot(row.Rank, AiSchema.Rule("ext_years_experience_min")) switch
    {
        < 220 => null,
        < 223 => 35,
        < 225 => 99,
        _ => draws.Pick(120, row.Rank, 16),
    };

    double? Duration(AiRow row) => Draws.Slot(row.Rank, AiSchema.Rule("ext_contract_duration_months")) < 45
        ? 6 * draws.Between(121, row.Rank, 1, 4)
        : null;

    static void Range(Cell cell, bool isGiven, double min, double max)
    {
        if (!isGiven)
        {
            cell.Null();
            return;
        }

        var line = new Utf8Line(stackalloc byte[48]);
        line.Add((long)min);
        line.Add(" - "u8);
        line.Add((long)max);
        cell.Text(line.Written);
    }
}
