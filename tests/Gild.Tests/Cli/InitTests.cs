using Gild.Cli;
using Gild.Engine;
using Xunit;

namespace Gild.Tests.Cli;

/// <summary><c>gild init</c> with the answers that a person, or a script, gives on standard input.</summary>
public sealed class InitTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("gild-init-").FullName;
    readonly StringWriter _said = new();

    public void Dispose()
    {
        _said.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    string PathOf(string name) => Path.Combine(_folder, name);

    string Text(string name) => File.ReadAllText(PathOf(name));

    int Run(string words, string answers = "", string? directory = null)
    {
        string[] args = words.Split(' ');
        string? Environment(string name) => name == "HOME" ? _folder : null;
        CommandLine line = CommandLine.Parse(args, Environment);
        InvocationOptions options = OptionsReader.ToOptions(line, args, Environment, directory ?? _folder);
        return InitCommand.Run(line, options, _said, new Prompts(new StringReader(answers), _said, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Without_answers_a_project_for_duckdb_is_made_that_builds_at_once()
    {
        Assert.Equal(0, Run("init shop"));
        Assert.Contains("type: duckdb", Text("shop/profiles.yml"), StringComparison.Ordinal);
        Assert.Contains("not empty", Assert.Throws<UsageException>(() => Run("init shop")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_profile_of_ones_own_is_left_alone()
    {
        Assert.Equal(0, Run("init other --skip-profile-setup"));
        Assert.False(File.Exists(PathOf("other/profiles.yml")));
        Assert.Contains("Could not find profile named 'mine'", Assert.Throws<GildException>(() => Run("init third --profile mine")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_answers_make_the_profile_of_a_server_in_the_home_folder()
    {
        Assert.Equal(0, Run("init", "1shop\nshop\n2\nlocalhost\n\nada\nno: secret\nwarehouse\nmain\nmany\n4\n"));
        Assert.Contains("1shop is not a valid project name", _said.ToString(), StringComparison.Ordinal);
        Assert.Contains("'many' is not a valid int", _said.ToString(), StringComparison.Ordinal);
        Assert.Equal("""
            shop:
              outputs:
                dev:
                  dbname: warehouse
                  host: localhost
                  pass: 'no: secret'
                  port: 5432
                  schema: main
                  threads: 4
                  type: postgres
                  user: ada
              target: dev

            """.ReplaceLineEndings("\n"), Text(".dbt/profiles.yml"));
        Assert.False(File.Exists(PathOf("shop/profiles.yml")));
    }

    [Fact]
    public void Answers_that_end_too_early_are_told_by_their_question()
    {
        Assert.Contains("host (", Assert.Throws<UsageException>(() => Run("init shop", "postgres\n")).Message, StringComparison.Ordinal);
        Assert.Contains("PROJECT_NAME", Assert.Throws<UsageException>(() => Run("init")).Message, StringComparison.Ordinal);
        Assert.Contains("`1shop` is not a valid project name", Assert.Throws<UsageException>(() => Run("init 1shop")).Message, StringComparison.Ordinal);
    }

    void Project(string template)
    {
        Directory.CreateDirectory(PathOf("shop"));
        File.WriteAllText(PathOf("shop/dbt_project.yml"), "name: shop\nversion: '1.0'\nprofile: shop\n");
        File.WriteAllText(PathOf("shop/profile_template.yml"), template);
        Directory.CreateDirectory(PathOf(".dbt"));
        File.WriteAllText(PathOf(".dbt/profiles.yml"), "# mine\nshop:\n  target: old\nother:  # keep\n  target: x\n");
    }

    [Fact]
    public void In_a_project_its_own_template_asks_and_the_rest_of_the_file_stays()
    {
        Project("""
            fixed: {type: postgres, threads: 8}
            prompts:
              target: {type: string, default: work}
              user: {hint: "user name"}
              _choose_sign_in:
                by_password: {password: {hide_input: true}}
                by_token: {_fixed_method: token, token: {}}
            """);
        Assert.Equal(0, Run("init", "y\n\nada\n2\nabc\n", PathOf("shop")));
        Assert.Equal("""
            # mine
            shop:
              outputs:
                work:
                  method: token
                  threads: 8
                  token: abc
                  type: postgres
                  user: ada
              target: work
            other:  # keep
              target: x

            """.ReplaceLineEndings("\n"), Text(".dbt/profiles.yml"));
    }

    [Fact]
    public void A_profile_is_overwritten_only_by_a_yes()
    {
        Project("fixed: {type: postgres}");
        string before = Text(".dbt/profiles.yml");
        Assert.Equal(0, Run("init", "\n", PathOf("shop")));
        Assert.Contains("The profile shop already exists", _said.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, Text(".dbt/profiles.yml"));
    }

    [Fact]
    public void A_template_that_cannot_be_followed_gives_way_to_the_choice_of_a_database()
    {
        Project("invalid template");
        Assert.Equal(0, Run("init", "y\nduckdb\n", PathOf("shop")));
        Assert.Contains("Invalid profile_template.yml in project", _said.ToString(), StringComparison.Ordinal);
        Assert.Contains("type: duckdb", Text("shop/profiles.yml"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_project_is_neither_made_inside_of_another_nor_given_another_profile()
    {
        Project("fixed: {type: postgres}");
        Assert.Contains("is a project already", Assert.Throws<UsageException>(() => Run("init inner", "", PathOf("shop"))).Message, StringComparison.Ordinal);
        Assert.Contains("edit dbt_project.yml", Assert.Throws<GildException>(() => Run("init --profile other", "", PathOf("shop"))).Message, StringComparison.Ordinal);
    }
}
