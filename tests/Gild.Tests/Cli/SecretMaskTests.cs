using System.Text;
using Gild.Engine;
using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.Cli;

/// <summary>What is secret leaves the program by no way: its two streams, its log, its artifacts.</summary>
public sealed class SecretMaskTests
{
    const string Key = "-----BEGIN KEY-----\nabcdefghijklmnop\nqrstuvwxyz0123456789\n-----END KEY-----";

    static SecretMask Mask(params (string Name, string Value)[] variables) => SecretMask.Of(variables.Select(v => KeyValuePair.Create(v.Name, v.Value)));

    [Theory]
    [InlineData("hush", "say hush and hush", "say ***** and *****")]
    [InlineData("a\"b\\c", "{\"x\": \"a\\\"b\\\\c\"}", "{\"x\": \"*****\"}")]
    [InlineData("p+s/w?rd", "https://p%2Bs%2Fw%3Frd@host", "https://*****@host")]
    [InlineData(Key, "12:00  abcdefghijklmnop\n12:00  qrstuvwxyz0123456789", "12:00  *****\n12:00  *****")]
    public void A_secret_is_hidden_in_the_forms_in_which_texts_hold_it(string secret, string text, string expected)
    {
        SecretMask mask = Mask(("DBT_ENV_SECRET_X", secret), ("OTHER", "say"));
        Assert.Equal(expected, mask.Hide(text));
        Assert.Equal(expected, Encoding.UTF8.GetString(mask.Hide(Encoding.UTF8.GetBytes(text))));
    }

    [Fact]
    public void Only_what_is_secret_by_its_name_is_hidden_on_a_laptop_and_places_never()
    {
        Assert.Equal("postgres *****", Mask(("POSTGRES_PASSWORD", "postgres"), ("AWS_SECRET_ACCESS_KEY", "wJalr/XUtn")).Hide("postgres wJalr/XUtn"));
        SecretMask function = SecretMask.OfFunction([KeyValuePair.Create("DB_PASSWORD", "correct-horse"), KeyValuePair.Create("AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/token")]);
        Assert.Equal("***** /var/run/token", function.Hide("correct-horse /var/run/token"));
    }

    [Fact]
    public void In_a_stream_a_secret_is_hidden_wherever_the_pieces_are_cut()
    {
        SecretMask mask = Mask(("DBT_ENV_SECRET_A", "abcabd"), ("DBT_ENV_SECRET_B", "abc"), ("DBT_ENV_SECRET_C", "x"));
        const string Text = "ababcabdabcabcaxbabcab";
        string expected = mask.Hide(Text);
        for (int piece = 1; piece <= Text.Length; piece++)
        {
            using MemoryStream hidden = new();
            using (Stream masking = mask.Over(hidden))
            {
                foreach (byte[] part in Encoding.UTF8.GetBytes(Text).Chunk(piece))
                {
                    masking.Write(part);
                }
            }

            Assert.Equal(expected, Encoding.UTF8.GetString(hidden.ToArray()));
        }
    }

    [Theory]
    [InlineData("text")]
    [InlineData("debug")]
    [InlineData("json")]
    public void A_secret_of_several_lines_is_in_no_stream_no_log_and_no_artifact(string format)
    {
        using TemporaryProject project = new(
            ("models/a.sql", "select 1 as id {{ log(" + Quoted(Key) + ", info=true) }}{{ print('  ' ~ " + Quoted(Key.Split('\n')[1]) + ") }}"),
            ("models/b.sql", "{{ config(materialized='table') }} select error('" + Key.Split('\n')[2] + "') as id"));
        Outcome outcome = GildProgram.Run(
            project.Folder, ["run", "--log-format", format, "--log-format-file", format, "--vars", $"{{k: '{Key.Split('\n')[1]}'}}"], ("DBT_ENV_SECRET_KEY", Key));
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("*****", outcome.All, StringComparison.Ordinal);
        string all = outcome.All + string.Concat(Directory.EnumerateFiles(project.PathOf("logs")).Concat(Directory.EnumerateFiles(project.PathOf("target"), "*.json")).Select(File.ReadAllText));
        Assert.All(Key.Split('\n'), line => Assert.DoesNotContain(line, all, StringComparison.Ordinal));
        Assert.DoesNotContain(Key.Split('\n')[1], GildProgram.Run(project.Folder, ["run", $"--{Key.Split('\n')[1]}"], ("DBT_ENV_SECRET_KEY", Key)).All, StringComparison.Ordinal);
    }

    static string Quoted(string text) => $"\"{text.Replace("\n", "\\n", StringComparison.Ordinal)}\"";
}
