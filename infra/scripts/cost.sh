#!/bin/sh
# Writes infra/COST.md from prices.csv (list prices, us-east-1), usage.csv and the limits in variables.tf.
# Usage: infra/scripts/cost.sh > infra/COST.md
set -eu

scripts=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
default_of() { # variable: its default in variables.tf
    awk -v name="$1" '$0 == "variable \"" name "\" {" { inside = 1 } inside && $1 == "default" { print $3; exit }' "$scripts/../variables.tf"
}

awk -v day_limit="$(default_of rpu_hours_per_day)" -v month_mark="$(default_of rpu_hours_per_month)" \
    -v base="$(default_of redshift_base_rpu)" -v top="$(default_of redshift_max_rpu)" '
function money(x) { return sprintf(x < 0.005 && x > 0 ? "< $0.01" : "$%.2f", x) }
function whole(x) { return sprintf("$%.0f", x) }
function row(name, id,   line, i) {
    line = "| " name " |"
    for (i = 1; i <= n; i++) {
        line = line " " money(cost[i, id]) " |"
        total[i] += cost[i, id]
    }
    print line
}
# Splits a CSV line with simple double quotes into field[].
function split_csv(line,   i, c, quoted, count) {
    count = 1; field[1] = ""
    for (i = 1; i <= length(line); i++) {
        c = substr(line, i, 1)
        if (c == "\"") quoted = !quoted
        else if (c == "," && !quoted) field[++count] = ""
        else field[count] = field[count] c
    }
    return count
}
FNR == 1 { file++; next }
file == 1 { split_csv($0); price[field[1]] = field[2] + 0; order[++prices] = field[1]; unit[field[1]] = field[3]; shown[field[1]] = field[2]; source[field[1]] = field[4] }
file == 2 {
    split_csv($0); n++
    label[n] = field[2]; rpu[n] = field[3]; minutes[n] = field[4]; builds[n] = field[5]; memory[n] = field[6]
    zones[n] = field[7]; rms[n] = field[8]; state[n] = field[9]; logs[n] = field[10]; objects[n] = field[11]
}
END {
    days = 30; hours = 730; alarms = 7; transitions = 4
    for (i = 1; i <= n; i++) {
        rpu_hours[i] = rpu[i] * minutes[i] / 60 * days
        cost[i, "compute"] = rpu_hours[i] * price["rpu_hour"]
        cost[i, "storage"] = rms[i] * price["rms_gb_month"]
        cost[i, "endpoint"] = zones[i] * hours * price["endpoint_hour"] + 0.1 * price["endpoint_gb"]
        cost[i, "lambda"] = minutes[i] * 60 * days * memory[i] * price["lambda_gb_second"] + builds[i] * days * price["lambda_request"]
        cost[i, "s3"] = state[i] * price["s3_gb_month"] + builds[i] * days * objects[i] * (price["s3_put"] + price["s3_get"])
        cost[i, "logs"] = logs[i] * price["log_gb"]
        cost[i, "alarms"] = alarms * price["alarm_metric"]
        cost[i, "secret"] = price["secret"]
        cost[i, "steps"] = builds[i] * days * (transitions * price["transition"] + price["schedule"])
    }
    print "# What it costs"
    print ""
    print "<!-- Made by infra/scripts/cost.sh from prices.csv and usage.csv. Change those, not this. -->"
    print ""
    print "List prices of us-east-1 in US dollars for a month of " days " days, without free tiers, tax and data transfer between zones."
    print "The warehouse is billed by the second while a query runs, at least 60 seconds each time it wakes."
    print ""
    line = "| |"; rule = "| --- |"
    for (i = 1; i <= n; i++) { line = line " " label[i] " |"; rule = rule " ---: |" }
    print line; print rule
    line = "| RPU-hours |"
    for (i = 1; i <= n; i++) line = line " " rpu_hours[i] " |"
    print line
    row("Redshift compute", "compute")
    row("Redshift storage", "storage")
    row("Interface endpoint", "endpoint")
    row("S3 gateway endpoint", "none")
    row("Lambda", "lambda")
    row("State bucket", "s3")
    row("CloudWatch logs", "logs")
    row("Alarms", "alarms")
    row("Admin secret", "secret")
    row("Step Functions, Scheduler", "steps")
    line = "| **Total** |"
    for (i = 1; i <= n; i++) line = line " **" money(total[i]) "** |"
    print line
    print ""
    print "The columns differ in the time the warehouse is busy; " builds[1] " builds a day share it. Storage grows with them: see usage.csv."
    print ""
    print "## The cap"
    print ""
    print "`rpu_hours_per_day` = " day_limit " refuses queries for the rest of the day (UTC) once " day_limit " RPU-hours are used: at most"
    print money(day_limit * price["rpu_hour"]) " a day and " money(day_limit * price["rpu_hour"] * days) " a month of compute. The budget alarm rings before that."
    print "`rpu_hours_per_month` = " month_mark " (" money(month_mark * price["rpu_hour"]) ") only emits a metric. At " base " RPU the daily cap is " day_limit / base " hours of work;"
    print "scaled to `redshift_max_rpu` = " top " it is " day_limit / top "."
    print ""
    print "What costs more than it looks: every wake-up bills at least 60 seconds, $" base * price["rpu_hour"] / 60 " at " base " RPU. A health check every five minutes"
    print "wakes the warehouse 8,640 times a month: " money(8640 * base * price["rpu_hour"] / 60) ". An open transaction keeps it awake."
    print ""
    print "## Beside the first design"
    print ""
    print "| | First design | These prices |"
    print "| --- | --- | --- |"
    printf "| Redshift, 8 RPU, 1 to 2 h a day | $20-30 | %s-%s |\n", whole(8 * 30 * price["rpu_hour"]), whole(8 * 60 * price["rpu_hour"])
    printf "| the same hours at 4 RPU | | %s-%s |\n", whole(4 * 30 * price["rpu_hour"]), whole(4 * 60 * price["rpu_hour"])
    printf "| 4 RPU, 15 min a day | | %s |\n", money(4 * 7.5 * price["rpu_hour"])
    printf "| VPC endpoints, one zone | $7-15 | %s: one endpoint (redshift-serverless); logs need none |\n", money(hours * price["endpoint_hour"])
    printf "| Lambda | $1 | %s to %s |\n", money(cost[1, "lambda"]), money(cost[n, "lambda"])
    printf "| Storage, logs, alarms, secret | not counted | %s to %s |\n", money(cost[1, "storage"] + cost[1, "s3"] + cost[1, "logs"] + cost[1, "alarms"] + cost[1, "secret"]), money(cost[n, "storage"] + cost[n, "s3"] + cost[n, "logs"] + cost[n, "alarms"] + cost[n, "secret"])
    printf "| **Total** | **$28-46** | **%s** (4 RPU, 15 min a day) to **%s** (8 RPU, 2 h a day) |\n", whole(total[1]), whole(total[n])
    print ""
    print "$20-30 of compute buy " int(20 / (8 * price["rpu_hour"]) * 10) / 10 " to " int(30 / (8 * price["rpu_hour"]) * 10) / 10 " hours a month at 8 RPU."
    print ""
    print "## Prices"
    print ""
    print "| Price | Unit | Source |"
    print "| ---: | --- | --- |"
    for (i = 1; i <= prices; i++) print "| $" shown[order[i]] " | " unit[order[i]] " | <" source[order[i]] "> |"
}' "$scripts/prices.csv" "$scripts/usage.csv"
