using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gild.Tests.EndToEnd;
using Xunit;

namespace Gild.Tests.Loading;

/// <summary><c>deps</c> against a hub on the loopback address, archives, git repositories and folders.</summary>
public sealed class DepsTests
{
    static (string Name, string Text)[] Package(string name, string version, string packages = "") =>
    [
        ("dbt_project.yml", $"name: {name}\nversion: '{version}'\n"),
        ("macros/one.sql", "{% macro " + name + "_version() %}" + version + "{% endmacro %}"),
        (".github/notes.md", "kept"),
        .. packages.Length == 0 ? [] : new[] { ("packages.yml", packages) },
    ];

    static TemporaryProject Project(string packages) => new(("packages.yml", packages), ("models/m.sql", "select 1 as id"));

    static Outcome Deps(Hub hub, TemporaryProject project, params string[] words) =>
        GildProgram.Run(project.Folder, ["deps", .. words], ("DBT_PACKAGE_HUB_URL", hub.Address));

    static void Installed(TemporaryProject project, string package, string version) =>
        Assert.Contains($"version: '{version}'", File.ReadAllText(project.PathOf($"dbt_packages/{package}/dbt_project.yml")), StringComparison.Ordinal);

    static void Fine(Outcome outcome) => Assert.True(outcome.ExitCode == 0, outcome.ToString());

    static void Refused(Outcome outcome, params string[] words)
    {
        Assert.Equal(2, outcome.ExitCode);
        foreach (string word in words)
        {
            Assert.Contains(word, outcome.All, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_newest_version_of_the_hub_that_fits_is_installed_and_locked()
    {
        using Hub hub = new();
        foreach (string version in (string[])["0.9.0", "1.0.0", "1.2.0", "1.10.0", "2.0.0", "1.11.0-rc1"])
        {
            hub.Add("acme/tools", version, Package("tools", version));
        }

        using TemporaryProject project = Project("packages:\n  - package: acme/tools\n    version: [\">=1.0.0\", \"<2.0.0\"]\n");
        Fine(Deps(hub, project));
        Installed(project, "tools", "1.10.0");
        Assert.Equal("kept", File.ReadAllText(project.PathOf("dbt_packages/tools/.github/notes.md")));
        Assert.Equal(
            "packages:\n  - name: tools\n    package: acme/tools\n    version: 1.10.0\n",
            File.ReadAllText(project.PathOf("package-lock.yml")).Split("sha1")[0]);
    }

    [Fact]
    public void A_package_is_added_to_packages_yml_and_installed()
    {
        using Hub hub = new();
        hub.Add("acme/tools", "1.2.0", Package("tools", "1.2.0"));
        hub.Add("acme/more_tools", "1.0.0", Package("more_tools", "1.0.0"));
        using TemporaryProject project = Project(
            "# what we use\npackages:\n  # pinned by the platform team\n  - # a-dash\n    package: acme/more_tools\n    version: 1.0.0  # for now\n\n# the end\n");
        Outcome outcome = Deps(hub, project, "--add-package", "acme/tools@>=1.0.0,<2.0.0");
        Fine(outcome);
        Assert.Contains("Added new package acme/tools@>=1.0.0,<2.0.0", outcome.All, StringComparison.Ordinal);
        Assert.Equal(
            "# what we use\npackages:\n  # pinned by the platform team\n  - # a-dash\n    package: acme/more_tools\n    version: 1.0.0  # for now\n"
            + "  - package: acme/tools\n    version: [\">=1.0.0\", \"<2.0.0\"]\n\n# the end\n",
            File.ReadAllText(project.PathOf("packages.yml")));
        Installed(project, "tools", "1.2.0");

        // The same package again, by another spelling: its entry is replaced.
        hub.Add("acme/more-tools", "1.0.0", Package("more_tools", "1.0.0"));
        Fine(Deps(hub, project, "--add-package", "acme/more-tools@1.0.0", "--lock"));
        Assert.Equal(
            "# what we use\npackages:\n  # pinned by the platform team\n  - package: acme/tools\n    version: [\">=1.0.0\", \"<2.0.0\"]\n"
            + "  - package: acme/more-tools\n    version: 1.0.0\n\n# the end\n",
            File.ReadAllText(project.PathOf("packages.yml")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("packages:\n")]
    [InlineData("packages: []\n")]
    public void A_package_is_added_where_there_was_none(string? before)
    {
        using Hub hub = new();
        using TemporaryProject project = new(("models/m.sql", "select 1 as id"), ("near/dbt_project.yml", "name: near\nversion: '1.0'\n"));
        if (before is not null)
        {
            project.Write("packages.yml", before);
        }

        Refused(Deps(hub, project, "--add-package", "acme/tools"), "names no version");
        Fine(Deps(hub, project, "--add-package", "near", "--source", "local"));
        Assert.Equal("packages:\n  - local: near\n", File.ReadAllText(project.PathOf("packages.yml")));
        Installed(project, "near", "1.0");
    }

    [Fact]
    public void The_lock_holds_until_upgrade_or_until_packages_yml_changes()
    {
        using Hub hub = new();
        hub.Add("acme/tools", "1.0.0", Package("tools", "1.0.0"));
        using TemporaryProject project = Project("packages:\n  - package: acme/tools\n    version: [\">=1.0.0\", \"<2.0.0\"]\n");
        Fine(Deps(hub, project));
        hub.Add("acme/tools", "1.5.0", Package("tools", "1.5.0"));
        Fine(Deps(hub, project));
        Installed(project, "tools", "1.0.0");
        Fine(Deps(hub, project, "--lock", "--upgrade"));
        Installed(project, "tools", "1.0.0");
        Fine(Deps(hub, project));
        Installed(project, "tools", "1.5.0");
        project.Write("packages.yml", "packages:\n  - package: acme/tools\n    version: 1.0.0\n");
        Fine(Deps(hub, project));
        Installed(project, "tools", "1.0.0");
    }

    [Fact]
    public void A_prerelease_is_taken_only_when_asked_for()
    {
        using Hub hub = new();
        hub.Add("acme/tools", "1.0.0", Package("tools", "1.0.0"));
        hub.Add("acme/tools", "1.1.0-rc1", Package("tools", "1.1.0-rc1"));
        using TemporaryProject project = Project("packages:\n  - package: acme/tools\n    version: [\">=1.0.0\", \"<2.0.0\"]\n    install_prerelease: true\n");
        Fine(Deps(hub, project));
        Installed(project, "tools", "1.1.0-rc1");
        project.Write("packages.yml", "packages:\n  - package: acme/tools\n    version: [\">=1.0.0\", \"<2.0.0\"]\n");
        Fine(Deps(hub, project));
        Installed(project, "tools", "1.0.0");
    }

    [Fact]
    public void Versions_that_need_another_dbt_are_passed_over()
    {
        using Hub hub = new();
        hub.Add("acme/tools", "1.0.0", Package("tools", "1.0.0"), "\">=1.3.0\", \"<2.0.0\"");
        hub.Add("acme/tools", "1.1.0", Package("tools", "1.1.0"), "\">=3.0.0\"");
        using TemporaryProject project = Project("packages:\n  - package: acme/tools\n    version: \">=1.0.0\"\n");
        Fine(Deps(hub, project));
        Installed(project, "tools", "1.0.0");
        Fine(Deps(hub, project, "--upgrade", "--no-version-check"));
        Installed(project, "tools", "1.1.0");
    }

    [Fact]
    public void Packages_of_packages_are_installed_and_requirements_add_up()
    {
        using Hub hub = new();
        hub.Add("acme/base", "1.0.0", Package("base", "1.0.0"));
        hub.Add("acme/base", "1.5.0", Package("base", "1.5.0"));
        hub.Add("acme/tools", "1.0.0", Package("tools", "1.0.0", "packages:\n  - package: acme/base\n    version: [\">=1.0.0\", \"<1.5.0\"]\n"));
        using TemporaryProject project = Project("packages:\n  - package: acme/tools\n    version: 1.0.0\n  - package: acme/base\n    version: \">=1.0.0\"\n");
        Fine(Deps(hub, project));
        Installed(project, "base", "1.0.0");
    }

    [Fact]
    public void Requirements_that_exclude_each_other_are_told()
    {
        using Hub hub = new();
        hub.Add("acme/base", "1.0.0", Package("base", "1.0.0"));
        hub.Add("acme/base", "2.0.0", Package("base", "2.0.0"));
        hub.Add("acme/tools", "1.0.0", Package("tools", "1.0.0", "packages:\n  - package: acme/base\n    version: 1.0.0\n"));
        using TemporaryProject project = Project("packages:\n  - package: acme/tools\n    version: 1.0.0\n  - package: acme/base\n    version: 2.0.0\n");
        Refused(Deps(hub, project), "acme/base", "1.0.0", "2.0.0", "no version meets all");
        Assert.False(Directory.Exists(project.PathOf("dbt_packages")));
    }

    [Fact]
    public void A_package_that_the_hub_does_not_know_and_a_version_that_it_lacks_are_told()
    {
        using Hub hub = new();
        hub.Add("acme/tools", "1.0.0", Package("tools", "1.0.0"));
        using TemporaryProject unknown = Project("packages:\n  - package: acme/toolz\n    version: 1.0.0\n");
        Refused(Deps(hub, unknown), "acme/toolz", "not found in the package index", "did you mean `acme/tools`?");
        using TemporaryProject missing = Project("packages:\n  - package: acme/tools\n    version: 3.0.0\n");
        Refused(Deps(hub, missing), "acme/tools", "3.0.0", "1.0.0");
    }

    [Fact]
    public void A_package_that_moved_is_installed_and_its_new_name_told()
    {
        using Hub hub = new();
        hub.Add("acme/tools", "1.0.0", Package("tools", "1.0.0"), moved: "\"redirectnamespace\": \"newco\", \"redirectname\": null, ");
        using TemporaryProject project = Project("packages:\n  - package: acme/tools\n    version: 1.0.0\n");
        Outcome outcome = Deps(hub, project);
        Fine(outcome);
        Installed(project, "tools", "1.0.0");
        Assert.Contains("`acme/tools` has moved: it is `newco/tools` now", outcome.All, StringComparison.Ordinal);
        Refused(Deps(hub, project, "--upgrade", "--warn-error-options", "{error: [PackageRedirectDeprecation]}"), "newco/tools");
    }

    [Fact]
    public async Task A_proxy_of_the_environment_is_used_except_for_the_hosts_of_no_proxy()
    {
        using TcpListener proxy = new(IPAddress.Loopback, 0);
        proxy.Start();
        Task<string> asked = FirstRequest(proxy);
        using TemporaryProject project = Project("packages:\n  - package: acme/tools\n    version: 1.0.0\n");
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        string hub = $"127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        free.Stop();
        Outcome around = Run("127.0.0.1");
        Refused(around, $"cannot read http://{hub}/api/v1/acme/tools.json");
        Assert.False(asked.IsCompleted);
        Refused(Run("localhost"), "403");
        Assert.StartsWith($"GET http://{hub}/api/v1/acme/tools.json ", await asked, StringComparison.Ordinal);

        Outcome Run(string direct) => GildProgram.Run(project.Folder, ["deps"],
            ("DBT_PACKAGE_HUB_URL", $"http://{hub}/"), ("http_proxy", $"http://{proxy.LocalEndpoint}"), ("no_proxy", direct));
    }

    static async Task<string> FirstRequest(TcpListener proxy)
    {
        using TcpClient client = await proxy.AcceptTcpClientAsync();
        using StreamReader reader = new(client.GetStream());
        string request = await reader.ReadLineAsync() ?? "";
        while (await reader.ReadLineAsync() is { Length: > 0 })
        {
        }

        await client.GetStream().WriteAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
        return request;
    }

    [Fact]
    public void Without_a_network_the_message_says_what_to_check()
    {
        using TemporaryProject project = Project("packages:\n  - package: acme/tools\n    version: 1.0.0\n");
        using TcpListener closed = new(IPAddress.Loopback, 0);
        closed.Start();
        int port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        Refused(GildProgram.Run(project.Folder, ["deps"], ("DBT_PACKAGE_HUB_URL", $"http://127.0.0.1:{port}/")), $"127.0.0.1:{port}", "proxy");
    }

    [Theory]
    [InlineData("../outside.sql", null)]
    [InlineData("tools/link", "../../outside")]
    [InlineData("tools/link", "/etc/passwd")]
    public void An_archive_that_reaches_outside_of_its_folder_is_refused(string name, string? link)
    {
        using Hub hub = new();
        hub.AddArchive("bad.tar.gz", Package("tools", "1.0.0"), (name, link));
        using TemporaryProject project = Project($"packages:\n  - tarball: {hub.Address}bad.tar.gz\n    name: tools\n");
        Refused(Deps(hub, project), "outside of its folder", name);
        Assert.False(File.Exists(project.PathOf("outside.sql")));
    }

    [Fact]
    public void A_link_to_a_file_of_the_archive_becomes_that_file()
    {
        using Hub hub = new();
        hub.AddArchive("good.tar.gz", Package("tools", "1.0.0"), ("pkg/macros/again.md", "one.sql"));
        using TemporaryProject project = Project($"packages:\n  - tarball: {hub.Address}good.tar.gz\n    name: tools\n");
        Fine(Deps(hub, project));
        Assert.Contains("tools_version", File.ReadAllText(project.PathOf("dbt_packages/tools/macros/again.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_git_repository_is_taken_at_its_tag_branch_or_commit_and_locked_to_the_commit()
    {
        using TemporaryProject repository = new();
        Git(repository.Folder, "init", "-q", "-b", "main");
        Commit(repository, "1.0.0");
        Git(repository.Folder, "tag", "v1");
        string first = Git(repository.Folder, "rev-parse", "HEAD").Trim();
        Commit(repository, "2.0.0");
        Git(repository.Folder, "branch", "next");
        using Hub hub = new();
        foreach ((string revision, string version) in (ReadOnlySpan<(string, string)>)[("v1", "1.0.0"), ("next", "2.0.0"), (first, "1.0.0")])
        {
            using TemporaryProject project = Project($"packages:\n  - git: file://{repository.Folder}\n    revision: {revision}\n    subdirectory: inner\n");
            Outcome outcome = Deps(hub, project);
            Fine(outcome);
            Installed(project, "inner", version);
            Assert.DoesNotContain("not pinned", outcome.All, StringComparison.Ordinal);
            if (version == "1.0.0")
            {
                Assert.Contains($"revision: {first}", File.ReadAllText(project.PathOf("package-lock.yml")), StringComparison.Ordinal);
            }
        }

        using TemporaryProject unpinned = Project($"packages:\n  - git: file://{repository.Folder}\n    subdirectory: inner\n");
        Assert.Contains("not pinned", Deps(hub, unpinned).All, StringComparison.Ordinal);
        using TemporaryProject silent = Project($"packages:\n  - git: file://{repository.Folder}\n    subdirectory: inner\n    warn-unpinned: false\n");
        Assert.DoesNotContain("not pinned", Deps(hub, silent).All, StringComparison.Ordinal);
        using TemporaryProject twice = Project(
            $"packages:\n  - git: file://{repository.Folder}\n    revision: v1\n    subdirectory: inner\n  - git: file://{repository.Folder}.git\n    revision: next\n    subdirectory: inner\n");
        Refused(Deps(hub, twice), "exactly one version", "v1", "next");
    }

    [Fact]
    public void A_project_file_that_asks_for_the_target_does_not_stop_deps()
    {
        using Hub hub = new();
        using TemporaryProject package = new();
        package.Write("dbt_project.yml", "name: helper\nversion: 1.0.0\n");
        using TemporaryProject project = Project($"packages:\n  - local: {package.Folder}\n");
        project.Write("dbt_project.yml", TemporaryProject.ProjectFile + """

            models:
              +persist_docs:
                columns: "{{ false if target.type in ('databricks') else true }}"
            """);
        File.Delete(project.PathOf("profiles.yml"));
        Fine(Deps(hub, project));
    }

    [Fact]
    public void Templates_are_rendered_in_packages_yml_and_left_alone_in_dependencies_yml()
    {
        using Hub hub = new();
        using TemporaryProject package = new();
        package.Write("dbt_project.yml", "name: helper\nversion: 1.0.0\n");
        string entry = $"packages:\n  - local: \"{{{{ '{package.Folder}' }}}}\"\n";
        using TemporaryProject rendered = Project(entry);
        Fine(Deps(hub, rendered));
        using TemporaryProject literal = new(("dependencies.yml", entry));
        Refused(Deps(hub, literal), "{{");
    }

    [Theory]
    [InlineData("[{local: part, nonsense: 1}]", "", "nonsense")]
    [InlineData("[{loco: part}]", "", "names no package")]
    [InlineData("[{local: part}]", "packages: [{local: part}]", "both packages.yml and dependencies.yml")]
    [InlineData("[{local: part}, {local: twin}]", "", "duplicate project")]
    [InlineData("[{local: nowhere}]", "", "does not exist")]
    [InlineData("[{local: empty}]", "", "no dbt_project.yml found")]
    public void Packages_that_cannot_be_meant_are_refused(string packages, string dependencies, string expected)
    {
        using Hub hub = new();
        using TemporaryProject project = Project($"packages: {packages}\n");
        project.Write("part/dbt_project.yml", "name: part\nversion: 1.0.0\n");
        project.Write("twin/dbt_project.yml", "name: part\nversion: 1.0.0\n");
        project.Write("empty/notes.md", "");
        project.Write("dependencies.yml", dependencies);
        Refused(Deps(hub, project), "Runtime Error", expected);
    }

    [Fact]
    public void A_secret_of_the_environment_is_neither_shown_nor_locked()
    {
        const string Secret = "t0ken-of-mine";
        using Hub hub = new();
        using TemporaryProject wrong = Project("packages:\n  - git: \"file:///{{ env_var('DBT_ENV_SECRET_GIT') }}/nowhere\"\n");
        Outcome outcome = GildProgram.Run(wrong.Folder, ["deps"], ("DBT_PACKAGE_HUB_URL", hub.Address), ("DBT_ENV_SECRET_GIT", Secret));
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("*****", outcome.All, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, outcome.All, StringComparison.Ordinal);
        using TemporaryProject locked = Project("packages:\n  - git: \"file://{{ env_var('DBT_ENV_SECRET_GIT') }}\"\n    subdirectory: inner\n");
        using TemporaryProject repository = new();
        Git(repository.Folder, "init", "-q", "-b", "main");
        Commit(repository, "1.0.0");
        Fine(GildProgram.Run(locked.Folder, ["deps"], ("DBT_PACKAGE_HUB_URL", hub.Address), ("DBT_ENV_SECRET_GIT", repository.Folder)));
        string text = File.ReadAllText(locked.PathOf("package-lock.yml"));
        Assert.DoesNotContain(repository.Folder, text, StringComparison.Ordinal);
        Assert.Contains("env_var('DBT_ENV_SECRET_GIT')", text.Replace("''", "'", StringComparison.Ordinal), StringComparison.Ordinal);
        Fine(GildProgram.Run(locked.Folder, ["deps"], ("DBT_PACKAGE_HUB_URL", hub.Address), ("DBT_ENV_SECRET_GIT", repository.Folder)));
    }

    static void Commit(TemporaryProject repository, string version)
    {
        foreach ((string name, string text) in Package("inner", version))
        {
            repository.Write("inner/" + name, text);
        }

        Git(repository.Folder, "add", "-A");
        Git(repository.Folder, "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false", "commit", "-q", "-m", version);
    }

    static string Git(string folder, params string[] words)
    {
        using Process git = Process.Start(new ProcessStartInfo("git", words) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        string output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return output;
    }

    /// <summary>The package hub's documented addresses on the loopback address.</summary>
    sealed class Hub : IDisposable
    {
        readonly LoopbackServer _server;
        readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);
        readonly Dictionary<string, SortedDictionary<string, string>> _versions = new(StringComparer.Ordinal);

        public Hub()
        {
            _server = new LoopbackServer(Serve);
        }

        public string Address => _server.Address + "/";

        public void Add(string package, string version, (string Name, string Text)[] files, string requires = "", string moved = "")
        {
            string archive = $"{package}/{version}.tar.gz";
            AddArchive(archive, files);
            if (!_versions.TryGetValue(package, out SortedDictionary<string, string>? versions))
            {
                _versions[package] = versions = new SortedDictionary<string, string>(StringComparer.Ordinal);
            }

            string name = package.Split('/')[1];
            versions[version] = $$"""{"name": "{{name}}", "packages": [], "require_dbt_version": [{{requires}}], "downloads": {"tarball": "{{Address}}{{archive}}"} }""";
            lock (_files)
            {
                _files[$"api/v1/{package}.json"] = Encoding.UTF8.GetBytes(
                    $$"""{"name": "{{name}}", "namespace": "acme", {{moved}}"versions": { {{string.Join(", ", versions.Select(v => $"\"{v.Key}\": {v.Value}"))}} } }""");
                _files["api/v1/index.json"] = Encoding.UTF8.GetBytes($"[{string.Join(", ", _versions.Keys.Select(k => $"\"{k}\""))}]");
            }
        }

        public void AddArchive(string path, (string Name, string Text)[] files, (string Name, string? Link)? extra = null)
        {
            using MemoryStream memory = new();
            using (GZipStream zipped = new(memory, CompressionMode.Compress, leaveOpen: true))
            using (TarWriter tar = new(zipped))
            {
                foreach ((string name, string text) in files)
                {
                    tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "pkg/" + name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
                }

                if (extra is { } more)
                {
                    tar.WriteEntry(more.Link is { } link
                        ? new PaxTarEntry(TarEntryType.SymbolicLink, more.Name) { LinkName = link }
                        : new PaxTarEntry(TarEntryType.RegularFile, more.Name) { DataStream = new MemoryStream("x"u8.ToArray()) });
                }
            }

            lock (_files)
            {
                _files[path] = memory.ToArray();
            }
        }

        void Serve(HttpListenerContext request)
        {
            byte[]? file;
            lock (_files)
            {
                _files.TryGetValue(request.Request.Url!.AbsolutePath.TrimStart('/'), out file);
            }

            request.Response.StatusCode = file is null ? 404 : 200;
            request.Response.Close(file ?? [], willBlock: true);
        }

        public void Dispose() => _server.Dispose();
    }
}
