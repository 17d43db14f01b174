using Gild.Engine.Values;
using Gild.Jinja;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary><c>modules</c>: the parts of Python's datetime, pytz, re and itertools that dbt hands to templates.</summary>
public sealed class ModulesObject(Action? itertoolsUsed = null) : JinjaObject
{
    readonly DateTimeModule _datetime = new();
    readonly PytzModule _pytz = new();
    readonly RegexModule _re = new();

    public override string TypeName => "dict";

    public override bool TryGetAttribute(string name, out Value value)
    {
        value = name switch
        {
            "datetime" => _datetime,
            "pytz" => _pytz,
            "re" => _re,
            "itertools" => new IterToolsModule(itertoolsUsed),
            _ => default(Value),
        };
        return !value.IsUndefined;
    }

    public override bool TryGetItem(Value key, out Value value)
    {
        value = default;
        return key.TryGetText(out string name) && TryGetAttribute(name, out value);
    }

    public override IEnumerable<Value> Items => ["pytz", "datetime", "re", "itertools"];
}

/// <summary>Python's <c>datetime</c> module.</summary>
public sealed class DateTimeModule : HostObject
{
    public override string TypeName => "module";

    protected override bool TryGetProperty(string name, out Value value)
    {
        value = name switch
        {
            "datetime" => new DateTimeClass(),
            "date" => new DateClass(),
            "time" => new FunctionValue("time", Time),
            "timedelta" => new FunctionValue("timedelta", (_, a) => TimeDeltaValue.Create(a)),
            "timezone" => new TimeZoneClass(),
            "tzinfo" => new TimeZoneClass(),
            "UTC" => ZoneValue.Offset(TimeSpan.Zero),
            _ => default(Value),
        };
        return !value.IsUndefined;
    }

    protected override bool HasMethod(string name) => name is "datetime" or "date" or "time" or "timedelta";

    protected override Value Invoke(RenderContext context, string name, Arguments arguments) => name switch
    {
        "datetime" => DateTimeValue.Create(arguments),
        "date" => DateClass.Create(arguments),
        "time" => Time(context, arguments),
        _ => TimeDeltaValue.Create(arguments),
    };

    static Value Time(RenderContext context, Arguments arguments)
    {
        arguments.CheckSignature("time", ["hour", "minute", "second", "microsecond"]);
        return new TimeValue(new TimeOnly(
            DateTimeValue.Part(arguments, 0, "hour", 0), DateTimeValue.Part(arguments, 1, "minute", 0), DateTimeValue.Part(arguments, 2, "second", 0))
            .Add(TimeSpan.FromMicroseconds(DateTimeValue.Part(arguments, 3, "microsecond", 0))));
    }

    sealed class DateTimeClass : HostObject
    {
        public override string TypeName => "type";

        public override bool IsCallable => true;

        public override Value Call(RenderContext context, Arguments arguments) => DateTimeValue.Create(arguments);

        protected override bool TryGetProperty(string name, out Value value)
        {
            value = name switch
            {
                "min" => DateTimeValue.Naive(DateTime.MinValue),
                "max" => DateTimeValue.Naive(DateTimeValue.Truncate(DateTime.MaxValue)),
                _ => default(Value),
            };
            return !value.IsUndefined;
        }

        protected override bool HasMethod(string name) => name is "now" or "utcnow" or "today" or "strptime" or "fromisoformat" or "fromtimestamp"
            or "utcfromtimestamp" or "combine";

        protected override Value Invoke(RenderContext context, string name, Arguments arguments)
        {
            switch (name)
            {
                case "now":
                    DateTimeValue utc = DateTimeValue.FromUtc(Clock(context).GetUtcNow());
                    return arguments.Get(0, "tz", Value.None).As<ZoneValue>() is { } zone
                        ? utc.InZone(zone)
                        : DateTimeValue.Naive(DateTimeValue.Truncate(Clock(context).GetLocalNow().DateTime));
                case "utcnow":
                    return DateTimeValue.Naive(DateTimeValue.Truncate(Clock(context).GetUtcNow().UtcDateTime));
                case "today":
                    return DateTimeValue.Naive(DateTimeValue.Truncate(Clock(context).GetLocalNow().DateTime));
                case "strptime":
                    return TimeFormat.Parse(arguments.Require(0, "date_string", name).ToString(), arguments.Require(1, "format", name).ToString());
                case "fromisoformat":
                    return FromIso(arguments.Require(0, "date_string", name).ToString());
                case "combine":
                    return DateTimeValue.Naive((arguments.Require(0, "date", name).As<DateValue>() ?? throw JinjaException.TypeError("combine() needs a date"))
                        .Date.ToDateTime((arguments.Require(1, "time", name).As<TimeValue>() ?? throw JinjaException.TypeError("combine() needs a time")).Time));
                default:
                    Value stamp = arguments.Require(0, "timestamp", name);
                    double seconds = stamp.IsFloat ? stamp.AsDouble : stamp.AsInt64;
                    DateTimeValue moment = DateTimeValue.FromUtc(DateTimeOffset.UnixEpoch.AddTicks((long)Math.Round(seconds * 1e6) * 10));
                    return arguments.Get(1, "tz", Value.None).As<ZoneValue>() is { } into ? moment.InZone(into) : DateTimeValue.Naive(moment.Local);
            }
        }

        static Value FromIso(string text)
        {
            string[] formats =
            [
                "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S%z",
                "%Y-%m-%d %H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%d %H:%M:%S.%f%z", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y%m%d",
            ];
            foreach (string format in formats)
            {
                try
                {
                    return TimeFormat.Parse(text, format);
                }
                catch (JinjaException e) when (e.Kind == "ValueError")
                {
                    // the next form
                }
            }

            throw JinjaException.ValueError($"Invalid isoformat string: '{text}'");
        }
    }

    static TimeProvider Clock(RenderContext context) => context.Host as TimeProvider ?? TimeProvider.System;

    sealed class DateClass : HostObject
    {
        public override string TypeName => "type";

        public override bool IsCallable => true;

        public override Value Call(RenderContext context, Arguments arguments) => Create(arguments);

        public static Value Create(Arguments arguments)
        {
            arguments.CheckSignature("date", ["year", "month", "day"]);
            arguments.Require(0, "year", "date");
            arguments.Require(1, "month", "date");
            arguments.Require(2, "day", "date");
            return new DateValue(DateTimeValue.CheckedDate(
                DateTimeValue.Part(arguments, 0, "year", 1), DateTimeValue.Part(arguments, 1, "month", 1), DateTimeValue.Part(arguments, 2, "day", 1)));
        }

        protected override bool HasMethod(string name) => name is "today" or "fromisoformat" or "fromordinal" or "fromtimestamp" or "fromisocalendar";

        protected override Value Invoke(RenderContext context, string name, Arguments arguments) => name switch
        {
            "today" => new DateValue(DateOnly.FromDateTime(Clock(context).GetLocalNow().DateTime)),
            "fromisoformat" => new DateValue(DateOnly.FromDateTime(
                TimeFormat.Parse(arguments.Require(0, "date_string", name).ToString(), "%Y-%m-%d").Local)),
            "fromordinal" => new DateValue(DateOnly.FromDayNumber(DateTimeValue.Part(arguments, 0, "ordinal", 1) - 1)),
            "fromisocalendar" => new DateValue(DateOnly.FromDateTime(System.Globalization.ISOWeek.ToDateTime(
                DateTimeValue.Part(arguments, 0, "year", 1), DateTimeValue.Part(arguments, 1, "week", 1),
                (DayOfWeek)(DateTimeValue.Part(arguments, 2, "day", 1) % 7)))),
            _ => new DateValue(DateOnly.FromDateTime(DateTime.UnixEpoch.AddSeconds(arguments.Require(0, "timestamp", name) is { IsFloat: true } f
                ? f.AsDouble : arguments.Positional[0].AsInt64))),
        };
    }

    sealed class TimeZoneClass : HostObject
    {
        public override string TypeName => "type";

        public override bool IsCallable => true;

        public override Value Call(RenderContext context, Arguments arguments) =>
            arguments.Require(0, "offset", "timezone").As<TimeDeltaValue>() is { } delta
                ? ZoneValue.Offset(delta.Span)
                : throw JinjaException.TypeError("timezone() needs a timedelta");

        protected override bool TryGetProperty(string name, out Value value)
        {
            value = name == "utc" ? ZoneValue.Offset(TimeSpan.Zero) : default(Value);
            return name == "utc";
        }

        protected override bool HasMethod(string name) => false;

        protected override Value Invoke(RenderContext context, string name, Arguments arguments) => Value.None;
    }
}

/// <summary><c>pytz</c>.</summary>
public sealed class PytzModule : HostObject
{
    public override string TypeName => "module";

    protected override bool TryGetProperty(string name, out Value value)
    {
        value = name switch
        {
            "utc" or "UTC" => ZoneValue.Utc,
            "all_timezones" or "common_timezones" => new ListValue(
                TimeZoneInfo.GetSystemTimeZones().Select(z => Value.From(z.Id)).OrderBy(z => z.ToString(), StringComparer.Ordinal)),
            _ => default(Value),
        };
        return !value.IsUndefined;
    }

    protected override bool HasMethod(string name) => name is "timezone" or "FixedOffset";

    protected override Value Invoke(RenderContext context, string name, Arguments arguments) => name == "timezone"
        ? ZoneValue.Find(arguments.Require(0, "zone", name).ToString())
        : ZoneValue.Offset(TimeSpan.FromMinutes(DateTimeValue.Part(arguments, 0, "offset", 0)));
}

/// <summary><c>itertools</c>; results are lists, which templates cannot tell from iterators but by length.</summary>
/// <param name="used">Hears of each call: dbt deprecates the module.</param>
public sealed class IterToolsModule(Action? used) : HostObject
{
    const int MostElements = 10_000_000;

    public override string TypeName => "module";

    protected override bool HasMethod(string name) => name is "chain" or "combinations" or "permutations" or "product" or "accumulate" or "repeat"
        or "zip_longest" or "islice" or "count" or "cycle" or "groupby" or "compress" or "starmap" or "takewhile" or "dropwhile"
        or "combinations_with_replacement" or "filterfalse" or "pairwise";

    protected override Value Invoke(RenderContext context, string name, Arguments arguments)
    {
        used?.Invoke();
        List<List<Value>> inputs = [];
        switch (name)
        {
            case "chain":
                foreach (Value value in arguments.Positional)
                {
                    inputs.Add([.. ValueOps.Iterate(value)]);
                }

                return new ListValue(inputs.SelectMany(i => i));
            case "product":
                foreach (Value value in arguments.Positional)
                {
                    inputs.Add([.. ValueOps.Iterate(value)]);
                }

                int repeat = DateTimeValue.Part(arguments, int.MaxValue, "repeat", 1);
                return Listed(Product([.. Enumerable.Repeat(inputs, repeat).SelectMany(i => i)]));
            case "zip_longest":
                foreach (Value value in arguments.Positional)
                {
                    inputs.Add([.. ValueOps.Iterate(value)]);
                }

                Value fill = arguments.Get(int.MaxValue, "fillvalue", Value.None);
                int rows = inputs.Count == 0 ? 0 : inputs.Max(i => i.Count);
                return Listed(Enumerable.Range(0, rows).Select(r => inputs.Select(i => r < i.Count ? i[r] : fill).ToArray()));
        }

        List<Value> items = name is "repeat" or "count" or "starmap" or "takewhile" or "dropwhile" or "filterfalse"
            ? [] : [.. ValueOps.Iterate(arguments.Require(0, "iterable", name))];
        switch (name)
        {
            case "combinations":
                return Listed(Choose(items, DateTimeValue.Part(arguments, 1, "r", items.Count), false));
            case "combinations_with_replacement":
                return Listed(Choose(items, DateTimeValue.Part(arguments, 1, "r", items.Count), true));
            case "permutations":
                return Listed(Permute(items, arguments.Get(1, "r", Value.None) is { IsInt64: true } r ? (int)r.AsInt64 : items.Count));
            case "pairwise":
                return Listed(Enumerable.Range(0, Math.Max(0, items.Count - 1)).Select(i => new[] { items[i], items[i + 1] }));
            case "compress":
                List<Value> flags = [.. ValueOps.Iterate(arguments.Require(1, "selectors", name))];
                return new ListValue(items.Where((_, i) => i < flags.Count && flags[i].IsTrue));
            case "accumulate":
                return Accumulate(context, items, arguments.Get(1, "func", Value.None));
            case "islice":
                int start = arguments.Count > 2 ? DateTimeValue.Part(arguments, 1, "start", 0) : 0;
                Value stop = arguments.Count > 2 ? arguments.Positional[2] : arguments.Require(1, "stop", name);
                return new ListValue(items.Skip(start).Take(stop.IsNone ? int.MaxValue : (int)stop.AsInt64 - start));
            case "groupby":
                return GroupBy(context, items, arguments.Get(1, "key", Value.None));
            case "repeat":
                int times = DateTimeValue.Part(arguments, 1, "times", -1);
                return times < 0
                    ? throw JinjaException.ValueError("repeat() needs a number of times here: endless iterators are not supported")
                    : new ListValue(Enumerable.Repeat(arguments.Require(0, "object", name), times));
            case "starmap" or "takewhile" or "dropwhile" or "filterfalse":
                return WithFunction(context, name, arguments);
            default:
                throw JinjaException.ValueError($"{name}() is endless and not supported; use range()");
        }
    }

    static Value WithFunction(RenderContext context, string name, Arguments arguments)
    {
        Value function = arguments.Require(0, "function", name);
        List<Value> items = [.. ValueOps.Iterate(arguments.Require(1, "iterable", name))];
        bool Test(Value v) => context.Call(function, new Arguments([v])).IsTrue;
        return name switch
        {
            "starmap" => new ListValue(items.Select(i => context.Call(function, new Arguments([.. ValueOps.Iterate(i)]))).ToList()),
            "takewhile" => new ListValue(items.TakeWhile(Test).ToList()),
            "dropwhile" => new ListValue(items.SkipWhile(Test).ToList()),
            _ => new ListValue(items.Where(i => !Test(i)).ToList()),
        };
    }

    static ListValue Listed(IEnumerable<Value[]> tuples)
    {
        ListValue list = new();
        foreach (Value[] tuple in tuples)
        {
            if (list.Elements.Count >= MostElements)
            {
                throw JinjaException.Limit("the iterator has more than ten million elements");
            }

            list.Elements.Add(new TupleValue(tuple));
        }

        return list;
    }

    static IEnumerable<Value[]> Product(List<List<Value>> inputs)
    {
        if (inputs.Exists(i => i.Count == 0))
        {
            yield break;
        }

        int[] at = new int[inputs.Count];
        while (true)
        {
            yield return [.. at.Select((index, i) => inputs[i][index])];
            int position = inputs.Count - 1;
            while (position >= 0 && ++at[position] == inputs[position].Count)
            {
                at[position--] = 0;
            }

            if (position < 0)
            {
                yield break;
            }
        }
    }

    static IEnumerable<Value[]> Choose(List<Value> items, int count, bool again)
    {
        if (count < 0 || (count > items.Count && !again) || (items.Count == 0 && count > 0))
        {
            yield break;
        }

        int[] at = [.. Enumerable.Range(0, count).Select(i => again ? 0 : i)];
        while (true)
        {
            yield return [.. at.Select(i => items[i])];
            int position = count - 1;
            while (position >= 0 && at[position] == (again ? items.Count - 1 : items.Count - count + position))
            {
                position--;
            }

            if (position < 0)
            {
                yield break;
            }

            at[position]++;
            for (int i = position + 1; i < count; i++)
            {
                at[i] = again ? at[position] : at[i - 1] + 1;
            }
        }
    }

    static IEnumerable<Value[]> Permute(List<Value> items, int count)
    {
        if (count < 0 || count > items.Count)
        {
            yield break;
        }

        foreach (int[] order in Orders([], items.Count, count))
        {
            yield return [.. order.Select(i => items[i])];
        }
    }

    static IEnumerable<int[]> Orders(int[] taken, int of, int count)
    {
        if (taken.Length == count)
        {
            yield return taken;
            yield break;
        }

        for (int i = 0; i < of; i++)
        {
            if (Array.IndexOf(taken, i) < 0)
            {
                foreach (int[] order in Orders([.. taken, i], of, count))
                {
                    yield return order;
                }
            }
        }
    }

    static ListValue Accumulate(RenderContext context, List<Value> items, Value function)
    {
        ListValue sums = new();
        foreach (Value item in items)
        {
            Value sum = sums.Elements.Count == 0 ? item
                : function.IsNone ? ValueOps.Add(sums.Elements[^1], item)
                : context.Call(function, new Arguments([sums.Elements[^1], item]));
            sums.Elements.Add(sum);
        }

        return sums;
    }

    static ListValue GroupBy(RenderContext context, List<Value> items, Value key)
    {
        ListValue groups = new();
        Value last = default;
        ListValue? current = null;
        foreach (Value item in items)
        {
            Value k = key.IsNone ? item : context.Call(key, new Arguments([item]));
            if (current is null || !k.Equals(last))
            {
                current = new ListValue();
                groups.Elements.Add(new TupleValue([k, current]));
                last = k;
            }

            current.Elements.Add(item);
        }

        return groups;
    }
}
